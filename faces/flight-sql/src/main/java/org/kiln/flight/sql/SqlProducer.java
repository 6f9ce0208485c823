package org.kiln.flight.sql;

import static com.google.protobuf.Any.pack;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCatalogs;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTableTypes;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTables;

/** The calls of Flight SQL. Keeps nothing between them. Thread-safe. */
final class SqlProducer extends NoOpFlightSqlProducer {
  private final SqlTables tables;
  private final BufferAllocator allocator;
  private final Seal seal = Seal.random();
  private final SqlInfoBuilder info;
  private final Metadata metadata;
  private final Set<Answer> answers = ConcurrentHashMap.newKeySet();

  SqlProducer(SqlTables tables, BufferAllocator allocator, String version) {
    this.tables = tables;
    this.allocator = allocator;
    this.metadata = new Metadata(tables, allocator);
    this.info =
        new SqlInfoBuilder()
            .withFlightSqlServerName("Kiln")
            .withFlightSqlServerVersion(version)
            .withFlightSqlServerSql(true)
            .withFlightSqlServerReadOnly(true)
            .withFlightSqlServerSubstrait(false)
            .withFlightSqlServerCancel(false)
            .withFlightSqlServerBulkIngestion(false)
            .withSqlIdentifierQuoteChar("\"");
  }

  private SqlStatement plan(String sql) {
    try {
      return tables.plan(sql);
    } catch (SqlRefusal e) {
      throw Refusals.of(e);
    }
  }

  /** What a statement is fetched by. */
  Ticket ticket(String sql) {
    return new Ticket(pack(statementTicket(sql)).toByteArray());
  }

  private TicketStatementQuery statementTicket(String sql) {
    return TicketStatementQuery.newBuilder().setStatementHandle(Handle.of(sql).bytes(seal)).build();
  }

  private static FlightInfo info(Schema schema, FlightDescriptor descriptor, Message ticket) {
    return new FlightInfo(
        schema,
        descriptor,
        List.of(new FlightEndpoint(new Ticket(pack(ticket).toByteArray()))),
        -1,
        -1);
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    SqlStatement statement = plan(command.getQuery());
    return info(
        ArrowSchemas.of(statement.columns()), descriptor, statementTicket(command.getQuery()));
  }

  @Override
  public SchemaResult getSchemaStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return new SchemaResult(ArrowSchemas.of(plan(command.getQuery()).columns()));
  }

  @Override
  public void getStreamStatement(
      TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
    send(Handle.parse(ticket.getStatementHandle(), seal), listener);
  }

  private void send(Handle handle, ServerStreamListener listener) {
    SqlStatement statement = plan(handle.sql());
    Answer answer = new Answer(listener, allocator);
    answers.add(answer);
    try {
      answer.send(tables, statement, handle.values(statement.parameters(), allocator));
    } finally {
      answers.remove(answer);
    }
  }

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    try {
      SqlStatement statement = plan(request.getQuery());
      ActionCreatePreparedStatementResult result =
          ActionCreatePreparedStatementResult.newBuilder()
              .setPreparedStatementHandle(Handle.of(request.getQuery()).bytes(seal))
              .setDatasetSchema(written(ArrowSchemas.of(statement.columns())))
              .setParameterSchema(written(ArrowSchemas.parameters(statement.parameters())))
              .build();
      listener.onNext(new Result(pack(result).toByteArray()));
      listener.onCompleted();
    } catch (RuntimeException e) {
      listener.onError(e);
    }
  }

  private static ByteString written(Schema schema) {
    return ByteString.copyFrom(Metadata.message(schema));
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    listener.onCompleted();
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      CommandPreparedStatementQuery command,
      CallContext context,
      FlightStream values,
      StreamListener<PutResult> results) {
    return () -> {
      try {
        Handle bound = Handle.parse(command.getPreparedStatementHandle(), seal);
        VectorSchemaRoot root = values.getRoot();
        while (values.next()) {
          if (root.getRowCount() > 1) {
            throw Refusals.invalid("One row of parameters is taken, not " + root.getRowCount());
          }
          if (root.getRowCount() == 1) {
            bound = bound.with(root);
          }
        }
        byte[] answer =
            DoPutPreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(bound.bytes(seal))
                .build()
                .toByteArray();
        try (ArrowBuf buffer = allocator.buffer(answer.length)) {
          buffer.writeBytes(answer);
          try (PutResult result = PutResult.metadata(buffer)) {
            results.onNext(result);
          }
        }
        results.onCompleted();
      } catch (RuntimeException e) {
        results.onError(e);
      }
    };
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    Handle handle = Handle.parse(command.getPreparedStatementHandle(), seal);
    return info(ArrowSchemas.of(plan(handle.sql()).columns()), descriptor, command);
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    Handle handle = Handle.parse(command.getPreparedStatementHandle(), seal);
    return new SchemaResult(ArrowSchemas.of(plan(handle.sql()).columns()));
  }

  @Override
  public void getStreamPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, ServerStreamListener listener) {
    send(Handle.parse(command.getPreparedStatementHandle(), seal), listener);
  }

  @Override
  public FlightInfo getFlightInfoSqlInfo(
      CommandGetSqlInfo command, CallContext context, FlightDescriptor descriptor) {
    return info(Metadata.SQL_INFO, descriptor, command);
  }

  @Override
  public void getStreamSqlInfo(
      CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    info.send(command.getInfoList(), listener);
  }

  @Override
  public FlightInfo getFlightInfoCatalogs(
      CommandGetCatalogs command, CallContext context, FlightDescriptor descriptor) {
    return info(Metadata.CATALOGS, descriptor, command);
  }

  @Override
  public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
    metadata.catalogs(listener);
  }

  @Override
  public FlightInfo getFlightInfoSchemas(
      CommandGetDbSchemas command, CallContext context, FlightDescriptor descriptor) {
    return info(Metadata.SCHEMAS, descriptor, command);
  }

  @Override
  public void getStreamSchemas(
      CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
    metadata.schemas(command, listener);
  }

  @Override
  public FlightInfo getFlightInfoTables(
      CommandGetTables command, CallContext context, FlightDescriptor descriptor) {
    return info(
        command.getIncludeSchema() ? Metadata.TABLES : Metadata.TABLES_WITHOUT_SCHEMA,
        descriptor,
        command);
  }

  @Override
  public void getStreamTables(
      CommandGetTables command, CallContext context, ServerStreamListener listener) {
    metadata.tables(command, listener);
  }

  @Override
  public FlightInfo getFlightInfoTableTypes(
      CommandGetTableTypes command, CallContext context, FlightDescriptor descriptor) {
    return info(Metadata.TABLE_TYPES, descriptor, command);
  }

  @Override
  public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
    metadata.tableTypes(listener);
  }

  /** Ends all answers that are being sent. */
  @Override
  public void close() {
    answers.forEach(Answer::close);
  }
}
