//! Heads in files, one of several picked by the type's name and one by `name`.

/// What a ticket is about.
#[derive(Debug, brt::BertHead)]
#[head(path = "heads/tickets.head", crate = ::brt)]
pub struct Tickets;

/// Where it happened.
#[derive(Debug, brt::BertHead)]
#[head(path = "heads/tickets.head", name = "Places", crate = ::brt)]
pub struct Where;
