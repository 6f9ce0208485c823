package org.kiln.anchor.evm;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator configures, in the operator's words. Lists may be given as one text with commas,
 * as environment variables are.
 *
 * @param rpcUrls {@code eip155:1=https://…}, one for each chain
 * @param trustedContracts addresses
 * @param minConfirmations for proofs of others
 * @param chain the chain to write to, empty for none
 * @param contract address of the anchor contract
 * @param privateKey hexadecimal, or empty
 * @param privateKeyFile a file that holds it, or empty
 * @param confirmations until our own are final
 * @param stuckAfterMs until a transaction is replaced
 * @param maxFeeGwei most a unit of gas may cost
 * @param transactionForm auto, legacy or eip1559
 * @param directory for the journal
 */
public record EvmConfiguration(
    List<String> rpcUrls,
    List<String> trustedContracts,
    int minConfirmations,
    String chain,
    String contract,
    String privateKey,
    String privateKeyFile,
    int confirmations,
    long stuckAfterMs,
    double maxFeeGwei,
    String transactionForm,
    String directory) {
  private static final BigDecimal WEI_PER_GWEI = BigDecimal.valueOf(1_000_000_000L);
  private static final int MAX_KEY_FILE_BYTES = 1024;

  /**
   * Opens what is configured.
   *
   * @throws IllegalArgumentException with a sentence about the setting that makes no sense
   */
  public EvmAnchoring open() {
    return new EvmAnchoring(
        urls(), new LinkedHashSet<>(parts(trustedContracts)), minConfirmations, account());
  }

  private Map<String, URI> urls() {
    Map<String, URI> urls = new LinkedHashMap<>();
    for (String entry : parts(rpcUrls)) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "An entry of rpcUrls is not of the form eip155:<number>=<URL>");
      }
      if (!entry.startsWith("eip155:")) {
        // The operator names the nodes of all chains in one place.
        continue;
      }
      String url = entry.substring(equals + 1).strip();
      if (!url.startsWith("http://") && !url.startsWith("https://")) {
        throw new IllegalArgumentException(
            "The RPC URL of " + entry.substring(0, equals) + " is neither http nor https");
      }
      urls.put(entry.substring(0, equals).strip(), URI.create(url));
    }
    return urls;
  }

  private Optional<EvmAnchoring.Account> account() {
    Optional<String> secret = secret();
    if (chain.isBlank() || secret.isEmpty()) {
      return Optional.empty();
    }
    BigInteger maxFee = BigDecimal.valueOf(maxFeeGwei).multiply(WEI_PER_GWEI).toBigInteger();
    return Optional.of(
        new EvmAnchoring.Account(
            chain.strip(),
            secret.get(),
            new EvmSettings(
                contract.isBlank() ? AnchorContract.OFFICIAL : contract.strip(),
                confirmations,
                Duration.ofMillis(stuckAfterMs),
                maxFee,
                form()),
            Path.of(directory)));
  }

  private EvmSettings.Form form() {
    try {
      return EvmSettings.Form.valueOf(transactionForm.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "transactionForm must be auto, legacy or eip1559, not '" + transactionForm + "'", e);
    }
  }

  private Optional<String> secret() {
    if (!privateKey.isBlank()) {
      return Optional.of(privateKey.strip());
    }
    if (privateKeyFile.isBlank()) {
      return Optional.empty();
    }
    Path file = Path.of(privateKeyFile.strip());
    try {
      if (Files.size(file) > MAX_KEY_FILE_BYTES) {
        throw new IllegalArgumentException("The key file " + file + " is too large to be one");
      }
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalArgumentException("The key file " + file + " cannot be read", e);
    }
  }

  private static List<String> parts(List<String> entries) {
    return entries.stream()
        .flatMap(entry -> Arrays.stream(entry.split("[,\\s]+")))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "EvmConfiguration[chain " + chain + ", contract " + contract + "]";
  }
}
