package org.kiln.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.http.BoundedClient;

/**
 * The nodes of chains and the anchor service that settings name: whether they answer, and for the
 * right chain. Their clocks are compared with this machine's on the way. No URL is shown: keys
 * stand in them.
 */
final class ChainChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern RESULT = Pattern.compile("\"result\"\\s*:\\s*\"(0x[0-9a-fA-F]+)\"");
  private static final Pattern CHAIN_ID = Pattern.compile("\"chain_id\"\\s*:\\s*\"([0-9a-f]+)\"");
  private static final Duration DRIFT = Duration.ofSeconds(5);
  private static final Duration FAR = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final BoundedClient http;
  private final InstantSource clock;

  /** By how much others are ahead of this machine's clock, nearest first. */
  private final List<Duration> ahead = new ArrayList<>();

  ChainChecks(Configuration configuration, BoundedClient http, InstantSource clock) {
    this.configuration = configuration;
    this.http = http;
    this.clock = clock;
  }

  List<Finding> findings() {
    List<Finding> found = new ArrayList<>();
    for (String entry : configuration.items("chain.rpc")) {
      int split = entry.indexOf("=http");
      found.add(chain(entry.substring(0, split), entry.substring(split + 1)));
    }
    String network = configuration.get("network");
    if (found.isEmpty() && !network.equals("inmemory") && !network.startsWith("local")) {
      found.add(
          Finding.warning(
              "Chains",
              "No node of a chain is set: proofs of time events cannot be checked",
              "Set chain.rpc, for example chain.rpc=eip155:1=https://YOUR-NODE."));
    }
    String service = configuration.get("anchor.remote.url");
    if (!service.isEmpty()) {
      found.add(service(service));
    }
    found.add(clock());
    return found;
  }

  private Finding chain(String chain, String url) {
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    String whom = "the node of " + chain;
    try {
      long start = System.nanoTime();
      String says =
          switch (chain.substring(0, chain.indexOf(':'))) {
            case "eip155" -> "eip155:" + evmChain(whom, url);
            case "tezos" ->
                "tezos:" + ask(whom, get(base + "/chains/main/chain_id")).strip().replace("\"", "");
            default -> "eosio:" + found(CHAIN_ID, ask(whom, get(base + "/v1/chain/get_info")));
          };
      long ms = (System.nanoTime() - start) / 1_000_000;
      // CAIP-2 takes the first half of EOSIO's chain id.
      boolean right = chain.startsWith("eosio:") ? says.startsWith(chain) : says.equals(chain);
      return right
          ? Finding.ok("Chains", whom + " answers after " + ms + " ms")
          : Finding.bad(
              "Chains",
              whom + " is a node of " + says,
              "Set chain.rpc to a node of " + chain + ".");
    } catch (IOException | IllegalArgumentException e) {
      return Finding.bad(
          "Chains",
          e.getMessage() == null ? whom + " cannot be asked" : e.getMessage(),
          "Look at the URL of " + chain + " in chain.rpc, its key, and your firewall.");
    }
  }

  private String evmChain(String whom, String url) throws IOException {
    String question = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return Long.decode(found(RESULT, ask(whom, request))).toString();
  }

  private Finding service(String url) {
    String whom = "the anchor service";
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      ask(whom, get(base + "/api/v0/service-info/supported_chains"));
      return Finding.ok("Chains", whom + " answers");
    } catch (IOException | IllegalArgumentException e) {
      return Finding.bad("Chains", e.getMessage(), "Look at anchor.remote.url.");
    }
  }

  private static HttpRequest get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).build();
  }

  private String ask(String whom, HttpRequest request) throws IOException {
    HttpResponse<byte[]> answer = http.send(whom, request, Deadline.in(PATIENCE));
    Instant now = clock.instant();
    answer
        .headers()
        .firstValue("Date")
        .flatMap(ChainChecks::date)
        .ifPresent(date -> ahead.add(Duration.between(now, date)));
    if (answer.statusCode() != 200) {
      throw new IOException(whom + " answered " + answer.statusCode());
    }
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String found(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("The answer is none of a node of such a chain");
    }
    return matcher.group(1);
  }

  /** One of the others may be wrong; that all are is less likely. */
  private Finding clock() {
    Optional<Duration> nearest = ahead.stream().min((a, b) -> a.abs().compareTo(b.abs()));
    if (nearest.isEmpty()) {
      return Finding.ok("Clock", clock.instant() + ", compared with nobody's");
    }
    Duration off = nearest.get();
    String text =
        clock.instant()
            + ", "
            + off.abs().toSeconds()
            + " s "
            + (off.isNegative() ? "ahead of" : "behind")
            + " others";
    if (off.abs().compareTo(DRIFT) <= 0) {
      return Finding.ok("Clock", text);
    }
    String advice =
        "Let the system keep its clock ('timedatectl set-ntp true'): capabilities expire and time"
            + " events are judged by it.";
    return off.abs().compareTo(FAR) > 0
        ? Finding.bad("Clock", text, advice)
        : Finding.warning("Clock", text, advice);
  }
}
