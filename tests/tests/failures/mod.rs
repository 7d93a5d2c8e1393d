//! One module for each letter of what goes wrong around a client; a test begins with the id of its row.

mod a;
mod b;
mod c;
mod d;
mod e;
mod f;
mod g;
mod h;
mod scripted;
