// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// The interface of the anchor contract of the public Ceramic networks, for tests and private chains.
contract AnchorService {
    event DidAnchor(address indexed service, bytes32 root);

    address public immutable owner;
    mapping(address => bool) private allowed;

    constructor() {
        owner = msg.sender;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    modifier onlyAllowed() {
        require(allowed[msg.sender], "Allow List: caller is not allowed");
        _;
    }

    function addCas(address service) external onlyOwner {
        allowed[service] = true;
    }

    function removeCas(address service) external onlyOwner {
        allowed[service] = false;
    }

    function isServiceAllowed(address service) external view returns (bool) {
        return allowed[service];
    }

    /// Records the sha2-256 digest of a Merkle root at the time of the block.
    function anchorDagCbor(bytes32 root) external onlyAllowed {
        emit DidAnchor(msg.sender, root);
    }
}
