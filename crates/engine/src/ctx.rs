//! Who asks, where, and what they may do.

use crate::{Error, Result};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(i64),
    /// A program with a key.
    Key(i64),
    /// The operating-system user at the control socket.
    Console,
    /// The program itself: jobs, inbound messages.
    System,
}

/// What may be asked. A key's scopes and a person's role are sets of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Send single messages.
    Send,
    /// Read messages, reports and conversations.
    Read,
    /// Change contacts, lists and consent; import.
    Contacts,
    /// Write and launch campaigns.
    Campaigns,
    /// Answer people.
    Inbox,
    /// Change connectors, routes, numbers and senders.
    Delivery,
    /// Make and revoke keys; change settings.
    Admin,
}

impl Permission {
    /// All of them.
    pub const ALL: &'static [Permission] = &[
        Permission::Send,
        Permission::Read,
        Permission::Contacts,
        Permission::Campaigns,
        Permission::Inbox,
        Permission::Delivery,
        Permission::Admin,
    ];

    /// Its name as a key's scope.
    pub const fn name(self) -> &'static str {
        match self {
            Permission::Send => "send",
            Permission::Read => "read",
            Permission::Contacts => "contacts",
            Permission::Campaigns => "campaigns",
            Permission::Inbox => "inbox",
            Permission::Delivery => "delivery",
            Permission::Admin => "admin",
        }
    }

    /// The permission of a scope's name.
    pub fn parse(name: &str) -> Option<Permission> {
        Permission::ALL.iter().copied().find(|p| p.name() == name)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A person's role in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
    /// Conversations only.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: &'static [Role] = &[Role::Owner, Role::Operator];

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Operator => "operator",
        }
    }

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|r| r.name() == name)
    }

    /// What it may do.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Role::Owner => Permission::ALL,
            Role::Operator => &[Permission::Read, Permission::Inbox],
        }
    }
}

/// Who asks, where, and what they may do. Every decision takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ctx {
    /// The workspace; every row read or written is of this one.
    pub workspace: i64,
    /// Who asks.
    pub actor: Actor,
    /// Whether what is sent may only go to the simulator.
    pub test: bool,
    allowed: u32,
}

impl Ctx {
    /// A context with these permissions.
    pub fn new(workspace: i64, actor: Actor, test: bool, permissions: &[Permission]) -> Ctx {
        let allowed = permissions.iter().fold(0, |set, p| set | p.bit());
        Ctx { workspace, actor, test, allowed }
    }

    /// The program itself, which may do everything.
    pub fn system(workspace: i64) -> Ctx {
        Ctx::new(workspace, Actor::System, false, Permission::ALL)
    }

    /// Whether this may be asked.
    pub const fn may(&self, permission: Permission) -> bool {
        self.allowed & permission.bit() != 0
    }

    /// Refuses what may not be asked.
    pub fn need(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::NotAllowed(permission)) }
    }

    /// Who asks, as a word for the record: `person:…`, `key:…`, `console`, `system`.
    pub fn actor_name(&self) -> String {
        match self.actor {
            Actor::Person(id) => format!("person:{}", sms::id::public(sms::id::kind::USER, id)),
            Actor::Key(id) => format!("key:{}", sms::id::public(sms::id::kind::KEY, id)),
            Actor::Console => "console".into(),
            Actor::System => "system".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_may_not_launch() {
        let ctx = Ctx::new(1, Actor::Person(2), false, Role::Operator.permissions());
        assert!(ctx.need(Permission::Inbox).is_ok());
        assert_eq!(ctx.need(Permission::Campaigns), Err(Error::NotAllowed(Permission::Campaigns)));
    }

    #[test]
    fn names_read_back() {
        assert!(Permission::ALL.iter().all(|p| Permission::parse(p.name()) == Some(*p)));
        assert!(Role::ALL.iter().all(|r| Role::parse(r.name()) == Some(*r)));
    }
}
