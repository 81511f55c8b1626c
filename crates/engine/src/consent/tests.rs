//! Permissions and refusals through the gate, their chain, and what flipping an octet does to it.
