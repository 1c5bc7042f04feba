//! Passwords: argon2id, a few at a time.

use crate::error::ApiError;
use crate::ids;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

// OWASP's parameters: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many passwords are hashed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// How long a request waits for its turn before it is told to come again. The CLI waits five seconds for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Hashes and checks passwords, off the threads that serve requests.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Passwords {
    /// The PHC string to keep for this password.
    ///
    /// # Errors
    /// 503 when too many others wait, 500 when hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run(move || hash(&password)).await?
    }

    /// Whether this is the password behind `stored`. Without a `stored` the answer is no, after the same time:
    /// who has no account cannot be told from who has by a stopwatch.
    ///
    /// # Errors
    /// 503 when too many others wait, 500 when the stored string cannot be read.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        self.run(move || match stored {
            Some(stored) => verify(&password, &stored),
            None => verify(&password, nobody()?).map(|_| false),
        })
        .await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let turn = match turn.await {
            Ok(Ok(turn)) => turn,
            Ok(Err(closed)) => return Err(ApiError::internal(closed)),
            Err(_) => {
                return Err(ApiError::busy("too many people sign in at once"));
            }
        };
        // The turn goes into the closure: a request given up does not free a core that still works.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        })
        .await
        .map_err(ApiError::internal)
    }
}

fn argon2() -> Result<Argon2<'static>, ApiError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, ApiError> {
    argon2()?
        .hash_password_with_salt(password.as_bytes(), &ids::new_salt())
        .map(|hash| hash.to_string())
        .map_err(ApiError::internal)
}

fn verify(password: &str, stored: &str) -> Result<bool, ApiError> {
    match argon2()?.verify_password(password.as_bytes(), stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(ApiError::internal(error)),
    }
}

/// The hash of a password that nobody has.
fn nobody() -> Result<&'static str, ApiError> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = NOBODY.get() {
        return Ok(hash);
    }
    let fresh = hash(&ids::new_token())?;
    Ok(NOBODY.get_or_init(|| fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_only_its_own_hash() {
        let passwords = Passwords::default();
        let stored = passwords.hash("correct horse".into()).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        for (password, right) in [
            ("correct horse", true),
            ("correct hors", false),
            ("", false),
        ] {
            let found = passwords.verify(password.into(), Some(stored.clone()));
            assert_eq!(found.await.unwrap(), right, "{password:?}");
        }
        assert!(!passwords.verify("x".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_broken_hash_is_no_wrong_password() {
        let passwords = Passwords::default();
        let broken = passwords.verify("x".into(), Some("$argon2id$broken".into()));
        assert!(broken.await.is_err());
    }
}
