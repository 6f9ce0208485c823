#!/usr/bin/env bash
# org.eclipse.jetty:jetty-server 12.0.32: an answer of HTTP/1.1 whose length is not known comes in chunks, so a client can tell one that was cut from one
# that is whole. One would guess that this holds whatever the client says of the connection. To one that says "Connection: close" it goes
# without chunks and without a length, and ends with the connection: where the handler fails half way, it looks whole.
# Chunks come when the handler itself sets the header Transfer-Encoding, as Kiln does (faces/http, Connections).
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.eclipse.jetty:jetty-server:12.0.32 org.slf4j:slf4j-nop:2.0.17
java_says <<'JAVA'
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

public class Script {
  public static void main(String[] a) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (request.getHttpURI().getPath().equals("/chunked")) {
              response.getHeaders().put("Transfer-Encoding", "chunked");
            }
            OutputStream out = Content.Sink.asOutputStream(response);
            out.write("half of it".getBytes(StandardCharsets.UTF_8));
            out.flush();
            callback.failed(new IllegalStateException("cut"));
            return true;
          }
        });
    server.start();
    for (String[] ask : new String[][] {{"/", "keep-alive"}, {"/", "close"}, {"/chunked", "close"}}) {
      try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
        socket.getOutputStream().write(
            ("GET " + ask[0] + " HTTP/1.1\r\nHost: here\r\nConnection: " + ask[1] + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        System.out.println(ask[0] + " " + ask[1] + ": chunked " + answer.toLowerCase().contains("transfer-encoding: chunked")
            + ", length " + answer.toLowerCase().contains("content-length") + ", body " + body.replace("\r\n", "~"));
      }
    }
    server.stop();
  }
}
JAVA
seen <<'OUT'
/ keep-alive: chunked true, length false, body A~half of it
/ close: chunked false, length false, body half of it
/chunked close: chunked true, length false, body A~half of it
OUT
