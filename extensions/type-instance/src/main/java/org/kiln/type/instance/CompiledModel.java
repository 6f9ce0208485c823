package org.kiln.type.instance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.stream.ContentSize;
import org.kiln.kit.text.JsNumber;
import org.kiln.schema.JsonSchema;
import org.kiln.schema.SchemaDialect;
import org.kiln.schema.SchemaException;
import org.kiln.schema.Violation;

/** The rules a Model lays down for its documents. Immutable. */
final class CompiledModel {
  private final StreamId id;
  private final int kilobytes;
  private final boolean isInterface;
  private final String accountRelation;
  private final List<String> setFields;
  private final List<String> immutableFields;
  private final List<String> implemented;
  private final Relations relations;
  private final JsonSchema schema;
  private final String schemaError;

  private CompiledModel(StreamId id, Ipld.Map content, Models models, Deadline deadline) {
    this.id = id;
    boolean second = content.text("version").equals(Optional.of("2.0"));
    this.isInterface = second && Ipld.TRUE.equals(content.entries().get("interface"));
    Ipld.Map account = map(content, "accountRelation");
    this.accountRelation = account.text("type").orElse("");
    this.setFields = texts(account, "fields");
    this.immutableFields = second ? texts(content, "immutableFields") : List.of();
    this.implemented = second ? texts(content, "implements") : List.of();
    this.relations = new Relations(id, map(content, "relations"), models);
    JsonSchema compiled = null;
    String error = null;
    try {
      compiled = JsonSchema.compile(map(content, "schema"), SchemaDialect.MODEL, deadline);
    } catch (SchemaException e) {
      // A Model with such a schema is a Model, but no content is right for it.
      error = e.getMessage();
    }
    this.schema = compiled;
    this.schemaError = error;
    long definition = ContentSize.of(content) / 1024;
    this.kilobytes = (int) definition + (compiled == null ? 1 : compiled.kilobytes());
  }

  /**
   * Compiles a definition.
   *
   * @throws org.kiln.api.plugin.DeadlineExpiredException when there is not the time
   */
  static CompiledModel of(StreamId id, Ipld.Map content, Models models, Deadline deadline) {
    return new CompiledModel(id, content, models, deadline);
  }

  /** About how much memory it takes. */
  int kilobytes() {
    return kilobytes;
  }

  boolean implementsModel(String model) {
    return implemented.contains(model);
  }

  /** Whether anyone can make the init event, so that the first data event brings the content. */
  boolean isDeterministic() {
    return accountRelation.equals("single") || accountRelation.equals("set");
  }

  void checkInit(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (isInterface) {
      throw new InvalidEventException(
          "ModelInstanceDocument Streams cannot be created on interface Models. Use a different"
              + " model than "
              + id
              + " to create the ModelInstanceDocument.");
    }
    if (!isDeterministic()) {
      checkContent(event.data().orElse(Ipld.NULL), context);
    } else if (event.hasContent()) {
      throw new InvalidEventException(
          "Deterministic genesis commits for ModelInstanceDocuments must not have content");
    }
    boolean unique = isTruthy(event.header().get("unique").orElse(Ipld.NULL));
    switch (accountRelation) {
      case "single" ->
          require(
              !unique,
              "ModelInstanceDocuments for models with SINGLE accountRelations must be created"
                  + " deterministically");
      case "set" ->
          require(
              unique,
              "ModelInstanceDocuments for models with SET accountRelations must be created with a"
                  + " unique field containing data from the fields providing the set semantics");
      case "list" ->
          require(
              unique,
              "ModelInstanceDocuments for models with LIST accountRelations must be created with a"
                  + " unique field");
      case "none" -> {
        // Free to choose.
      }
      default ->
          throw new InvalidEventException(
              "Unsupported account relation " + accountRelation + " found in Model " + id);
    }
  }

  void checkContent(Ipld content, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    long size = ContentSize.of(content);
    if (size > ContentSize.MAX_BYTES) {
      throw new InvalidEventException(
          "Content has length of "
              + size
              + "B which exceeds maximum size of "
              + ContentSize.MAX_BYTES
              + "B");
    }
    if (schema == null) {
      throw new InvalidEventException(schemaError);
    }
    List<Violation> violations = schema.validate(content, context.deadline());
    if (!violations.isEmpty()) {
      throw new InvalidEventException("Validation Error: " + Violation.text(violations));
    }
    relations.check(content, context);
  }

  /** Demands that no operation touches an immutable field, even to set what it holds already. */
  void checkImmutable(Ipld patch) throws InvalidEventException {
    if (immutableFields.isEmpty()) {
      return;
    }
    if (!(patch instanceof Ipld.List operations)) {
      throw new InvalidEventException(
          "A change of a document with immutable fields must be a list");
    }
    List<String> touched = new ArrayList<>();
    for (Ipld operation : operations.items()) {
      String path = operation instanceof Ipld.Map map ? map.text("path").orElse(null) : null;
      if (path == null) {
        throw new InvalidEventException("A change of a document must name the path it changes");
      }
      String first = path.isEmpty() ? "" : path.substring(1);
      int slash = first.indexOf('/');
      touched.add(slash < 0 ? first : first.substring(0, slash));
    }
    for (String field : immutableFields) {
      if (touched.contains(field)) {
        throw new InvalidEventException("Immutable field \"" + field + "\" cannot be updated");
      }
    }
  }

  /**
   * Demands that content of a set carries the values the stream was made for. Of 0 and false
   * clients and ceramic-one make "0" and "false", js-ceramic's handler nothing: either counts, or
   * what those clients make could never be filled.
   */
  void checkUnique(Ipld.Map metadata, Ipld content) throws InvalidEventException {
    if (!accountRelation.equals("set")) {
      return;
    }
    if (!(metadata.entries().get("unique") instanceof Ipld.Bytes unique)) {
      throw new InvalidEventException("Missing unique metadata value");
    }
    if (!(content instanceof Ipld.Map map)) {
      throw new InvalidEventException("Missing content");
    }
    StringJoiner clients = new StringJoiner("|");
    StringJoiner handler = new StringJoiner("|");
    for (String field : setFields) {
      Ipld value = map.get(field).orElse(Ipld.NULL);
      clients.add(value.equals(Ipld.NULL) ? "" : scalar(value));
      handler.add(isTruthy(value) ? scalar(value) : "");
    }
    String made = new String(unique.value(), StandardCharsets.UTF_8);
    if (!made.equals(clients.toString()) && !made.equals(handler.toString())) {
      throw new InvalidEventException(
          "Unique content fields value does not match metadata. If you are trying to change the"
              + " value of these fields, this is causing this error: these fields values are not"
              + " mutable.");
    }
  }

  /** A scalar as JavaScript turns it into text. */
  private static String scalar(Ipld value) {
    return switch (value) {
      case Ipld.Text text -> text.value();
      case Ipld.Bool bool -> Boolean.toString(bool.value());
      case Ipld.Int number -> number.value().toString();
      case Ipld.Float64 number -> JsNumber.text(number.value());
      default -> "";
    };
  }

  private static boolean isTruthy(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> false;
      case Ipld.Bool bool -> bool.value();
      case Ipld.Int number -> number.value().signum() != 0;
      case Ipld.Float64 number -> number.value() != 0;
      case Ipld.Text text -> !text.value().isEmpty();
      default -> true;
    };
  }

  private static void require(boolean condition, String message) throws InvalidEventException {
    if (!condition) {
      throw new InvalidEventException(message);
    }
  }

  private static Ipld.Map map(Ipld.Map content, String member) {
    return content.entries().get(member) instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
  }

  private static List<String> texts(Ipld.Map content, String member) {
    List<String> texts = new ArrayList<>();
    if (content.entries().get(member) instanceof Ipld.List list) {
      for (Ipld item : list.items()) {
        if (item instanceof Ipld.Text text) {
          texts.add(text.value());
        }
      }
    }
    return List.copyOf(texts);
  }
}
