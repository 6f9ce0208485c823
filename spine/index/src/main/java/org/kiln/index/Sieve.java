package org.kiln.index;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.OwedStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch, and sets aside those of its documents that a database refuses for what they are:
 * one of them must not keep all others from being found. Which they are is found by halves. What
 * the database takes of these is written before the place in the feed moves, and given again when
 * the node dies in between. For one thread.
 */
final class Sieve {
  private static final Logger LOG = LoggerFactory.getLogger(Sieve.class);

  private final DocumentIndex index;
  private final Function<IndexedDocument, OwedStream> owedAs;
  private final List<OwedStream> refused = new ArrayList<>();

  private Sieve(DocumentIndex index, Function<IndexedDocument, OwedStream> owedAs) {
    this.index = index;
    this.owedAs = owedAs;
  }

  /**
   * Writes all of a batch, with those in it as owed that are refused.
   *
   * @param owedAs as what a document is owed that is refused
   * @return how many were refused
   * @throws IndexException of any other kind, and REFUSED when it is not for a document
   */
  static int write(
      DocumentIndex index, IndexBatch batch, Function<IndexedDocument, OwedStream> owedAs) {
    try {
      index.write(batch);
      return 0;
    } catch (IndexException e) {
      if (e.kind() != Kind.REFUSED || batch.documents().isEmpty()) {
        throw e;
      }
      Sieve sieve = new Sieve(index, owedAs);
      sieve.refused(batch.documents(), e);
      List<OwedStream> owed = new ArrayList<>(batch.owed());
      owed.addAll(sieve.refused);
      index.write(batch.withDocuments(List.of()).withOwed(owed));
      return sieve.refused.size();
    }
  }

  private void refused(List<IndexedDocument> documents, IndexException why) {
    if (documents.size() > 1) {
      int half = documents.size() / 2;
      write(documents.subList(0, half));
      write(documents.subList(half, documents.size()));
      return;
    }
    IndexedDocument document = documents.get(0);
    OwedStream owed = owedAs.apply(document);
    refused.add(owed);
    String text = "The index does not take document {} of model {}: {}";
    if (owed.tried() == 0) {
      LOG.warn(text, document.stream(), document.model(), why.getMessage());
    } else {
      LOG.debug(text, document.stream(), document.model(), why.getMessage());
    }
  }

  private void write(List<IndexedDocument> documents) {
    try {
      index.write(IndexBatch.empty().withDocuments(documents));
    } catch (IndexException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      refused(documents, e);
    }
  }
}
