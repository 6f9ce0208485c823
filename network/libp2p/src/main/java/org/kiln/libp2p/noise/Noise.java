package org.kiln.libp2p.noise;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.io.Frames;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;

/**
 * Makes encrypted channels: the XX handshake, in which both sides prove their identity keys. The
 * static Noise key is made anew at each start and kept nowhere. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md">noise-libp2p</a>
 */
public final class Noise {
  /** Its id in multistream-select. */
  public static final String ID = "/noise";

  static final int MAX_MESSAGE = 65535;
  private static final String NAME = "Noise_XX_25519_ChaChaPoly_SHA256";
  private static final byte[] SIGNED_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);
  private static final int ENCRYPTED_KEY = DhKey.SIZE + CipherState.TAG;

  private final DhKey staticKey = new DhKey();
  private final byte[] payload;
  private final List<String> muxers;

  /**
   * For the holder of that key.
   *
   * @param muxers multiplexers to name in the handshake, best first; none: leave that to
   *     multistream-select, as rust-libp2p does
   */
  public Noise(HostKey key, List<String> muxers) {
    this.muxers = List.copyOf(muxers);
    this.payload =
        new NoisePayload(
                key.publicKey().encode(), key.sign(signedBytes(staticKey.publicKey())), this.muxers)
            .encode();
  }

  /** Says what it is told to say, true or not; for tests. */
  Noise(byte[] payload) {
    this.muxers = List.of();
    this.payload = payload;
  }

  /**
   * An authenticated peer and the channel to it.
   *
   * @param remote its identity key
   * @param muxer the multiplexer both named; empty when it is still to be agreed on
   * @param channel to put into the connection's pipeline
   */
  public record Secured(PublicKey remote, Optional<String> muxer, NoiseChannel channel) {}

  /**
   * Does the handshake.
   *
   * @param initiator whether this side dialled
   * @param expected whom it dialled, null for anyone
   * @throws IOException when the peer cannot prove who it is, is another than expected, breaks the
   *     rules, goes, or the deadline passes; close the connection at once
   */
  public Secured handshake(Duplex io, boolean initiator, PeerId expected, Deadline deadline)
      throws IOException {
    try {
      return initiator ? initiate(io, expected, deadline) : respond(io, expected, deadline);
    } catch (GeneralSecurityException e) {
      throw new IOException("The Noise handshake failed: " + e.getMessage(), e);
    }
  }

  private Secured initiate(Duplex io, PeerId expected, Deadline deadline)
      throws IOException, GeneralSecurityException {
    SymmetricState state = new SymmetricState(NAME);
    DhKey ephemeral = new DhKey();
    // -> e
    state.mixHash(ephemeral.publicKey());
    state.mixHash(new byte[0]);
    send(io, ephemeral.publicKey(), deadline);
    // <- e, ee, s, es
    byte[] second = receive(io, DhKey.SIZE + ENCRYPTED_KEY + CipherState.TAG, deadline);
    byte[] theirEphemeral = Arrays.copyOf(second, DhKey.SIZE);
    state.mixHash(theirEphemeral);
    state.mixKey(ephemeral.agree(theirEphemeral));
    byte[] theirStatic =
        state.decryptAndHash(Arrays.copyOfRange(second, DhKey.SIZE, DhKey.SIZE + ENCRYPTED_KEY));
    state.mixKey(ephemeral.agree(theirStatic));
    byte[] theirPayload =
        state.decryptAndHash(Arrays.copyOfRange(second, DhKey.SIZE + ENCRYPTED_KEY, second.length));
    NoisePayload theirs = NoisePayload.decode(theirPayload);
    PublicKey remote = identify(theirs, theirStatic, expected);
    // -> s, se
    ByteArrayOutputStream third = new ByteArrayOutputStream();
    third.writeBytes(state.encryptAndHash(staticKey.publicKey()));
    state.mixKey(staticKey.agree(theirEphemeral));
    third.writeBytes(state.encryptAndHash(payload));
    send(io, third.toByteArray(), deadline);
    CipherState[] ciphers = state.split();
    return new Secured(
        remote, muxer(muxers, theirs.muxers()), new NoiseChannel(ciphers[0], ciphers[1]));
  }

  private Secured respond(Duplex io, PeerId expected, Deadline deadline)
      throws IOException, GeneralSecurityException {
    SymmetricState state = new SymmetricState(NAME);
    DhKey ephemeral = new DhKey();
    // -> e
    byte[] first = receive(io, DhKey.SIZE, deadline);
    byte[] theirEphemeral = Arrays.copyOf(first, DhKey.SIZE);
    state.mixHash(theirEphemeral);
    state.mixHash(Arrays.copyOfRange(first, DhKey.SIZE, first.length));
    // <- e, ee, s, es
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    second.writeBytes(ephemeral.publicKey());
    state.mixHash(ephemeral.publicKey());
    state.mixKey(ephemeral.agree(theirEphemeral));
    second.writeBytes(state.encryptAndHash(staticKey.publicKey()));
    state.mixKey(staticKey.agree(theirEphemeral));
    second.writeBytes(state.encryptAndHash(payload));
    send(io, second.toByteArray(), deadline);
    // -> s, se
    byte[] third = receive(io, ENCRYPTED_KEY + CipherState.TAG, deadline);
    byte[] theirStatic = state.decryptAndHash(Arrays.copyOf(third, ENCRYPTED_KEY));
    state.mixKey(ephemeral.agree(theirStatic));
    NoisePayload theirs =
        NoisePayload.decode(
            state.decryptAndHash(Arrays.copyOfRange(third, ENCRYPTED_KEY, third.length)));
    PublicKey remote = identify(theirs, theirStatic, expected);
    CipherState[] ciphers = state.split();
    return new Secured(
        remote, muxer(theirs.muxers(), muxers), new NoiseChannel(ciphers[1], ciphers[0]));
  }

  private static PublicKey identify(NoisePayload theirs, byte[] theirStatic, PeerId expected)
      throws IOException {
    PublicKey remote = PublicKey.decode(theirs.identityKey());
    if (!remote.verify(signedBytes(theirStatic), theirs.identitySignature())) {
      throw new IOException("The peer did not sign its Noise key with its identity key");
    }
    if (expected != null && !remote.peerId().equals(expected)) {
      throw new IOException("Dialled " + expected + ", " + remote.peerId() + " answered");
    }
    return remote;
  }

  /** The first of the initiator's that the responder has; open when either names none. */
  private static Optional<String> muxer(List<String> initiators, List<String> responders)
      throws IOException {
    if (initiators.isEmpty() || responders.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        initiators.stream()
            .filter(responders::contains)
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "No common stream multiplexer: " + initiators + ", " + responders)));
  }

  private static byte[] signedBytes(byte[] staticKey) {
    byte[] signed = Arrays.copyOf(SIGNED_PREFIX, SIGNED_PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, signed, SIGNED_PREFIX.length, staticKey.length);
    return signed;
  }

  private static void send(Duplex io, byte[] message, Deadline deadline) throws IOException {
    byte[] framed = new byte[message.length + 2];
    framed[0] = (byte) (message.length >> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    io.write(framed, 0, framed.length, deadline);
  }

  private static byte[] receive(Duplex io, int minLength, Deadline deadline) throws IOException {
    byte[] prefix = Frames.readFully(io, 2, deadline);
    int length = (prefix[0] & 0xff) << 8 | prefix[1] & 0xff;
    if (length < minLength) {
      throw new EOFException("A handshake message of " + length + " bytes is too short");
    }
    return Frames.readFully(io, length, deadline);
  }
}
