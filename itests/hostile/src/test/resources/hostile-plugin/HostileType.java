package com.example.hostile;

import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/** A stream type that never comes to a verdict. */
public final class HostileType implements StreamType {
  private static volatile long spins;

  @Override
  public int typeCode() {
    return 4242;
  }

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context) {
    while (true) {
      spins++;
    }
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context) {
    return null;
  }
}
