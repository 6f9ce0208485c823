package org.kiln.http.sql;

import java.util.Optional;
import java.util.stream.Stream;
import org.kiln.api.http.HttpProblem;

/** What an answer may look like, with its name in the parameter {@code format} and in Accept. */
enum Form {
  JSON("json", "application/x-ndjson"),
  CSV("csv", "text/csv"),
  ARROW("arrow", "application/vnd.apache.arrow.stream"),
  PARQUET("parquet", "application/vnd.apache.parquet");

  private final String word;
  private final String mediaType;

  Form(String word, String mediaType) {
    this.word = word;
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** The one that is named; else the first that is accepted; else JSON. */
  static Form of(Optional<String> named, String accept) throws HttpProblem {
    if (named.isPresent()) {
      return Stream.of(values())
          .filter(form -> form.word.equals(named.get()))
          .findFirst()
          .orElseThrow(
              () ->
                  new HttpProblem(400, "invalid", "format is one of json, csv, arrow and parquet"));
    }
    return Stream.of(values())
        .filter(form -> accept.contains(form.mediaType))
        .findFirst()
        .orElse(JSON);
  }
}
