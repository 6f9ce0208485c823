package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;

/** Accounts that are contracts: ERC-1271 in its first form, which links have stayed with. */
class ContractLinksTest {
  private static final String CONTRACT = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
  private static final String ACCOUNT = CONTRACT + "@eip155:137";
  private static final String MESSAGE = "did:key:zAnn";

  private static final Optional<byte[]> YES = answer("20c13b0b" + "0".repeat(56));

  private static Optional<byte[]> answer(String hex) {
    return Optional.of(HexFormat.of().parseHex(hex));
  }

  private static Ipld.Map proof(String account) {
    return Links.proof(account, "erc1271", MESSAGE, "0xabcdef");
  }

  @Test
  void shouldCallAsEthersEncodesIt() {
    // ethers 5.8: isValidSignature(bytes,bytes) of the text and 0xabcdef
    assertThat(
            EthereumAccount.call(
                "Link this account".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef}))
        .asHexString()
        .isEqualToIgnoringCase(
            "20c13b0b"
                + "0000000000000000000000000000000000000000000000000000000000000040"
                + "0000000000000000000000000000000000000000000000000000000000000080"
                + "0000000000000000000000000000000000000000000000000000000000000011"
                + "4c696e6b2074686973206163636f756e74000000000000000000000000000000"
                + "0000000000000000000000000000000000000000000000000000000000000003"
                + "abcdef0000000000000000000000000000000000000000000000000000000000");
  }

  @Test
  void shouldLinkWhatTheContractAccepts() throws Exception {
    byte[] expected =
        EthereumAccount.call(
            MESSAGE.getBytes(StandardCharsets.UTF_8), HexFormat.of().parseHex("abcdef"));
    ContractReader reader =
        (chain, contract, data, deadline) ->
            chain.equals("eip155:137") && contract.equals(CONTRACT) && Arrays.equals(data, expected)
                ? YES
                : Optional.empty();
    assertThat(Links.apply(Links.asking(reader), proof(ACCOUNT)).latestContent())
        .isEqualTo(Ipld.of(MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20c13b", "1626ba7e", "0000000000000000"})
  void rejectsWhatTheContractDoesNotAccept(String answer) {
    assertThatThrownBy(
            () ->
                Links.apply(
                    Links.asking((chain, contract, data, deadline) -> answer(answer)),
                    proof(ACCOUNT)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("Invalid proof for signed commit");
  }

  @Test
  void rejectsWhatTheChainReverts() {
    assertThatThrownBy(
            () ->
                Links.apply(
                    Links.asking((chain, contract, data, deadline) -> Optional.empty()),
                    proof(ACCOUNT)))
        .isInstanceOf(InvalidEventException.class);
  }

  @Test
  void shouldWaitForAChainThatCannotBeAsked() {
    ContractReader reader =
        (chain, contract, data, deadline) -> {
          throw new IOException("no JSON-RPC endpoint is configured for " + chain);
        };
    assertThatThrownBy(() -> Links.apply(Links.asking(reader), proof(ACCOUNT)))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).hasToString("chain:eip155:137"))
        .hasMessageContaining(ACCOUNT)
        .hasMessageContaining("no JSON-RPC endpoint is configured for eip155:137");
  }

  @Test
  void rejectsAddressesThatAreNone() {
    assertThatThrownBy(
            () ->
                Links.apply(
                    Links.asking((chain, contract, data, deadline) -> YES),
                    proof("0xabc\",\"x@eip155:137")))
        .isInstanceOf(InvalidEventException.class);
  }

  @Test
  void shouldNotAskAChainForAnotherAccountsStream() {
    Caip10LinkType type =
        Links.asking(
            (chain, contract, data, deadline) -> {
              throw new AssertionError("asked");
            });
    assertThatThrownBy(() -> Links.apply(type, proof(ACCOUNT), "0xabc@eip155:137"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("doesn't match stream controller");
  }
}
