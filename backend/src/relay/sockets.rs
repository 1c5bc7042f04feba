//! Which address a server of this sandbox has, as /proc tells.
//!
//! Where an environment shares the machine's network, so do all ports. Only a socket that a process of this sandbox
//! holds is connected to: whoever wants a foreign one finds none.

use super::SERVE_PORT;
use crate::runner::processes;
use api::server::Server;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// A TCP socket that listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Listener {
    address: SocketAddr,
    inode: u64,
}

/// A process's hold on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hold {
    pid: i32,
    fd: i32,
}

/// Where a server is, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What to connect to.
    pub address: SocketAddr,
    inode: u64,
    hold: Hold,
}

impl Place {
    /// Whether the process still holds the socket: as long as it does, the address is its.
    pub fn holds(&self) -> bool {
        let Hold { pid, fd } = self.hold;
        let link = std::fs::read_link(format!("/proc/{pid}/fd/{fd}"));
        link.is_ok_and(|target| socket(&target) == Some(self.inode))
    }
}

/// The listening sockets, and what the processes of this sandbox hold and are to one another.
#[derive(Debug, Default)]
pub struct Scene {
    listeners: Vec<Listener>,
    /// Who holds a socket.
    holds: HashMap<u64, Vec<Hold>>,
    /// Parents of processes.
    parents: HashMap<i32, i32>,
}

impl Scene {
    /// As it is now. What ends meanwhile is left out.
    pub fn look() -> Self {
        let mut scene = Self::default();
        for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
            let text = std::fs::read_to_string(table).unwrap_or_default();
            scene.listeners.extend(text.lines().filter_map(listener));
        }
        for process in processes::all() {
            scene.parents.insert(process.pid, process.parent);
            for (inode, hold) in sockets_of(process.pid) {
                scene.holds.entry(inode).or_default().push(hold);
            }
        }
        scene
    }

    fn is_below(&self, mut pid: i32, ancestor: i32) -> bool {
        // A process and its parent are read one after another: with bad luck that is a circle.
        for _ in 0..self.parents.len() {
            if pid == ancestor {
                return true;
            }
            match self.parents.get(&pid) {
                Some(parent) => pid = *parent,
                None => return false,
            }
        }
        false
    }
}

/// Where `server` is. `command` is the process of the task's command, `tensorboard` that of TensorBoard.
pub fn choose(
    scene: &Scene,
    server: Server,
    command: i32,
    tensorboard: Option<i32>,
) -> Option<Place> {
    let is_meant = |pid: i32| match server {
        // Its kernels and TensorBoard's helpers listen too.
        Server::Notebook => pid == command,
        Server::Tensorboard => Some(pid) == tensorboard,
        Server::Serve => tensorboard.is_none_or(|root| !scene.is_below(pid, root)),
    };
    let places = scene.listeners.iter().filter_map(|listener| {
        let mut holds = scene.holds.get(&listener.inode)?.iter();
        Some(Place {
            address: reachable(listener.address),
            inode: listener.inode,
            hold: *holds.find(|hold| is_meant(hold.pid))?,
        })
    });
    places.min_by_key(|place| {
        let port = place.address.port();
        (server != Server::Serve || port != SERVE_PORT, port)
    })
}

/// A line of /proc/net/tcp or tcp6: number, local address, remote address, state, ..., the tenth field is the inode.
fn listener(line: &str) -> Option<Listener> {
    const LISTEN: &str = "0A";
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    if *fields.get(3)? != LISTEN {
        return None;
    }
    let (ip, port) = fields.get(1)?.split_once(':')?;
    Some(Listener {
        address: SocketAddr::new(address(ip)?, u16::from_str_radix(port, 16).ok()?),
        inode: fields.get(9)?.parse().ok()?,
    })
}

/// Words of 32 bits in the machine's order, each as eight hexadecimal digits.
fn address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = hex.get(at..at + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let mut bytes = [0; 16];
            for (index, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(index * 8)?);
            }
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

/// An address to connect to: a socket that listens everywhere is reached on the loopback interface.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        // Linux takes connections of both kinds there, unless the program forbids IPv4.
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn sockets_of(pid: i32) -> Vec<(u64, Hold)> {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return Vec::new();
    };
    let hold = |entry: std::fs::DirEntry| {
        let inode = socket(&std::fs::read_link(entry.path()).ok()?)?;
        let fd = entry.file_name().to_str()?.parse().ok()?;
        Some((inode, Hold { pid, fd }))
    };
    entries.filter_map(|entry| hold(entry.ok()?)).collect()
}

/// The inode of a descriptor's target, if that is a socket.
fn socket(target: &Path) -> Option<u64> {
    let number = target.to_str()?.strip_prefix("socket:[")?;
    number.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Command 2 with child 7, relay 3, TensorBoard 4 with child 5.
    fn scene(held: &[(u16, i32)]) -> Scene {
        let mut scene = Scene {
            parents: [(2, 1), (7, 2), (3, 2), (4, 3), (5, 4)].into(),
            ..Scene::default()
        };
        for (port, pid) in held {
            let inode = 100 + u64::from(*port);
            scene.listeners.push(Listener {
                address: SocketAddr::from(([0, 0, 0, 0], *port)),
                inode,
            });
            if *pid > 0 {
                let hold = Hold { pid: *pid, fd: 3 };
                scene.holds.entry(inode).or_default().push(hold);
            }
        }
        scene
    }

    fn port(server: Server, held: &[(u16, i32)]) -> Option<u16> {
        choose(&scene(held), server, 2, Some(4)).map(|place| place.address.port())
    }

    #[test]
    fn a_service_has_the_port_it_was_asked_for_or_else_its_lowest() {
        assert_eq!(port(Server::Serve, &[(80, 7), (5000, 7)]), Some(5000));
        assert_eq!(port(Server::Serve, &[(9000, 2), (8000, 7)]), Some(8000));
        assert_eq!(port(Server::Serve, &[]), None);
    }

    #[test]
    fn a_foreign_port_is_never_chosen() {
        // Listening on the shared network, held by none of ours.
        assert_eq!(port(Server::Serve, &[(5000, 0)]), None);
        assert_eq!(port(Server::Notebook, &[(8888, 0)]), None);
    }

    #[test]
    fn tensorboard_and_its_helper_are_no_service() {
        let held = [(6006, 4), (5000, 5)];
        assert_eq!(port(Server::Serve, &held), None);
        assert_eq!(port(Server::Tensorboard, &held), Some(6006));
        assert_eq!(
            choose(&scene(&held), Server::Tensorboard, 2, None),
            None,
            "it was not asked for"
        );
    }

    #[test]
    fn a_notebook_is_the_command_itself_and_none_of_its_kernels() {
        assert_eq!(
            port(Server::Notebook, &[(41_000, 7), (8889, 2)]),
            Some(8889)
        );
        assert_eq!(port(Server::Notebook, &[(41_000, 7)]), None);
    }

    #[test]
    fn the_kernel_s_tables_are_read() {
        let line = "   1: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0";
        let found = listener(line).unwrap();
        assert_eq!(
            (found.address, found.inode),
            ("127.0.0.1:5000".parse().unwrap(), 77)
        );
        assert_eq!(listener(&line.replace(" 0A ", " 01 ")), None);
        let line = "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 9 1";
        assert_eq!(
            reachable(listener(line).unwrap().address),
            "[::1]:80".parse().unwrap()
        );
        let mapped = address("0000000000000000FFFF00000100007F").unwrap();
        assert_eq!(mapped, IpAddr::from([127, 0, 0, 1]));
    }

    #[test]
    fn what_this_process_listens_on_is_found_until_it_is_closed() {
        let listening = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listening.local_addr().unwrap();
        let me = std::process::id().cast_signed();
        let mut scene = Scene::look();
        // Other tests of this process listen too.
        scene
            .listeners
            .retain(|listener| listener.address == address);
        let place = choose(&scene, Server::Notebook, me, None).unwrap();
        assert!(place.address == address && place.holds());
        drop(listening);
        assert!(!place.holds());
    }
}
