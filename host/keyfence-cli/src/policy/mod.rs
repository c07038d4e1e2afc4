//! What the `policy` and `authority` commands share: policy files, authority keys, a card's policy, and how all of it is shown.

mod authority;
mod card;
mod file;
mod source;
mod view;

pub use authority::{AuthorityFile, new_key_file, public_key, read_signer};
pub use card::{CardState, read};
pub use file::{load, load_signed};
pub use view::{Change, FindingView, PolicyView, plural};
