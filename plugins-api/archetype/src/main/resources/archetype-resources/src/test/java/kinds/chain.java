package ${package};

import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.testkit.AnchorChainContract;

class ${className}Test extends AnchorChainContract {
  private final ${className} chain = new ${className}();

  @Override
  protected AnchorChain chain() {
    return chain;
  }

  @Override
  protected AnchorProofValidator validator() {
    return chain;
  }

  @Override
  protected void settle() {
    // What is sent is final at once.
  }
}
