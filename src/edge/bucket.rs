//! Files: the R2 bucket behind the binding `FILES`. Nothing here holds a whole file: one is read by ranges and written in
//! parts.

use std::future::Future;

#[cfg(not(target_arch = "wasm32"))]
use std::collections::BTreeMap;
#[cfg(not(target_arch = "wasm32"))]
use std::sync::{Mutex, PoisonError};

/// The size of each part of a file but the last: the least that R2 takes, in bytes.
pub const PART: usize = 5 * 1024 * 1024;
/// The most files one call deletes (the service's own limit).
const MOST_DELETED: usize = 1_000;

/// The bucket did not do it. The text is for the log.
#[derive(Debug, Clone)]
pub struct BucketError(pub String);

/// The bucket.
pub struct Bucket {
    #[cfg(target_arch = "wasm32")]
    env: worker::Env,
    #[cfg(not(target_arch = "wasm32"))]
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

/// A file that is being written. It is there once [`Writer::finish`] said so, and not before.
pub struct Writer<'a> {
    bucket: &'a Bucket,
    key: String,
    waiting: Vec<u8>,
    size: u64,
    upload: Option<Upload>,
}

/// What R2 knows a file by that comes in parts.
struct Upload {
    id: String,
    /// The tag of each part, in order.
    tags: Vec<String>,
}

impl Bucket {
    /// A file that begins empty. One of the same key that is there already is replaced when it is finished.
    pub fn write(&self, key: impl Into<String>) -> Writer<'_> {
        Writer {
            bucket: self,
            key: key.into(),
            waiting: Vec::new(),
            size: 0,
            upload: None,
        }
    }
}

impl Writer<'_> {
    /// Adds bytes.
    ///
    /// # Errors
    /// The bucket's.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), BucketError> {
        self.waiting.extend_from_slice(bytes);
        while self.waiting.len() > PART {
            let rest = self.waiting.split_off(PART);
            let part = std::mem::replace(&mut self.waiting, rest);
            self.send(part).await?;
        }
        Ok(())
    }

    /// How many bytes were added.
    pub fn size(&self) -> u64 {
        self.size + length(&self.waiting)
    }

    /// Puts the file in its place, and says how many bytes it has.
    ///
    /// # Errors
    /// The bucket's.
    pub async fn finish(mut self) -> Result<u64, BucketError> {
        let last = std::mem::take(&mut self.waiting);
        if self.upload.is_none() {
            self.size = length(&last);
            self.bucket.put(&self.key, last).await?;
            return Ok(self.size);
        }
        if !last.is_empty() {
            self.send(last).await?;
        }
        if let Some(upload) = self.upload.take() {
            self.bucket.complete(&self.key, upload).await?;
        }
        Ok(self.size)
    }

    /// Leaves no trace of it.
    pub async fn abandon(mut self) {
        if let Some(upload) = self.upload.take() {
            self.bucket.abort(&self.key, upload).await;
        }
    }

    async fn send(&mut self, part: Vec<u8>) -> Result<(), BucketError> {
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => Upload {
                id: self.bucket.begin(&self.key).await?,
                tags: Vec::new(),
            },
        };
        self.size += length(&part);
        let number = upload.tags.len() + 1;
        let tag = self
            .bucket
            .send_part(&self.key, &upload.id, number, part)
            .await?;
        upload.tags.push(tag);
        self.upload = Some(upload);
        Ok(())
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(target_arch = "wasm32")]
impl Bucket {
    /// The bucket bound to this Worker.
    pub fn new(env: worker::Env) -> Self {
        Bucket { env }
    }

    /// Writes a small file at once.
    ///
    /// # Errors
    /// The bucket's.
    pub fn put<'a>(
        &'a self,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<(), BucketError>> + Send + 'a {
        super::sendable(async move {
            self.files()?
                .put(key, bytes)
                .execute()
                .await
                .map(drop)
                .map_err(failed)
        })
    }

    /// Up to so many bytes of a file from a place on; `None` when there is no such file. The place must be inside it.
    ///
    /// # Errors
    /// The bucket's.
    pub fn read<'a>(
        &'a self,
        key: &'a str,
        offset: u64,
        most: u64,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, BucketError>> + Send + 'a {
        super::sendable(async move {
            let range = worker::Range::OffsetWithLength {
                offset,
                length: most,
            };
            let files = self.files()?;
            let found = files
                .get(key)
                .range(range)
                .execute()
                .await
                .map_err(failed)?;
            match found.as_ref().and_then(worker::Object::body) {
                Some(body) => body.bytes().await.map(Some).map_err(failed),
                None => Ok(None),
            }
        })
    }

    /// Deletes files; those that are not there are gone already.
    ///
    /// # Errors
    /// The bucket's; some may be deleted then.
    pub fn delete(
        &self,
        keys: Vec<String>,
    ) -> impl Future<Output = Result<(), BucketError>> + Send + '_ {
        super::sendable(async move {
            let files = self.files()?;
            for some in keys.chunks(MOST_DELETED) {
                files.delete_multiple(some.to_vec()).await.map_err(failed)?;
            }
            Ok(())
        })
    }

    fn files(&self) -> Result<worker::Bucket, BucketError> {
        self.env.bucket("FILES").map_err(failed)
    }

    fn begin<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Future<Output = Result<String, BucketError>> + Send + 'a {
        super::sendable(async move {
            let files = self.files()?;
            let upload = files.create_multipart_upload(key).execute().await;
            Ok(upload.map_err(failed)?.upload_id().await)
        })
    }

    fn send_part<'a>(
        &'a self,
        key: &'a str,
        id: &'a str,
        number: usize,
        part: Vec<u8>,
    ) -> impl Future<Output = Result<String, BucketError>> + Send + 'a {
        super::sendable(async move {
            let number = u16::try_from(number).map_err(|_| BucketError("too many parts".into()))?;
            let files = self.files()?;
            let upload = files.resume_multipart_upload(key, id).map_err(failed)?;
            let sent = upload.upload_part(number, part).await.map_err(failed)?;
            Ok(sent.etag())
        })
    }

    fn complete<'a>(
        &'a self,
        key: &'a str,
        upload: Upload,
    ) -> impl Future<Output = Result<(), BucketError>> + Send + 'a {
        super::sendable(async move {
            let files = self.files()?;
            let parts: Vec<_> = (1..)
                .zip(upload.tags)
                .map(|(number, tag)| worker::UploadedPart::new(number, tag))
                .collect();
            let upload = files
                .resume_multipart_upload(key, upload.id)
                .map_err(failed)?;
            upload.complete(parts).await.map(drop).map_err(failed)
        })
    }

    fn abort<'a>(&'a self, key: &'a str, upload: Upload) -> impl Future<Output = ()> + Send + 'a {
        super::sendable(async move {
            let begun = self.files().and_then(|files| {
                files
                    .resume_multipart_upload(key, upload.id)
                    .map_err(failed)
            });
            // R2 ends an upload that nobody completes by itself, after a week.
            if let Ok(begun) = begun {
                let _ = begun.abort().await;
            }
        })
    }
}

#[cfg(target_arch = "wasm32")]
fn failed(error: worker::Error) -> BucketError {
    BucketError(error.to_string())
}

/// A bucket in memory, for native tests.
#[cfg(not(target_arch = "wasm32"))]
impl Bucket {
    /// An empty one.
    pub fn in_memory() -> Self {
        Bucket {
            files: Mutex::new(BTreeMap::new()),
        }
    }

    /// The keys that there are, in order.
    pub fn keys(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }

    /// Writes a small file at once.
    ///
    /// # Errors
    /// Never.
    pub fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<(), BucketError>> + Send {
        self.files().insert(key.to_string(), bytes);
        std::future::ready(Ok(()))
    }

    /// Up to so many bytes of a file from a place on; `None` when there is no such file. The place must be inside it.
    ///
    /// # Errors
    /// A place outside, as R2 has it.
    pub fn read(
        &self,
        key: &str,
        offset: u64,
        most: u64,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, BucketError>> + Send {
        let read = self.files().get(key).map_or(Ok(None), |file| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let to = from.saturating_add(most).min(file.len());
            file.get(from..to)
                .filter(|part| !part.is_empty())
                .map(|part| Some(part.to_vec()))
                .ok_or_else(|| BucketError("the range is not inside the file".into()))
        });
        std::future::ready(read)
    }

    /// Deletes files; those that are not there are gone already.
    ///
    /// # Errors
    /// Never.
    pub fn delete(
        &self,
        keys: Vec<String>,
    ) -> impl Future<Output = Result<(), BucketError>> + Send + use<> {
        let mut files = self.files();
        for some in keys.chunks(MOST_DELETED) {
            some.iter().for_each(|key| drop(files.remove(key)));
        }
        std::future::ready(Ok(()))
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The parts of a file that is not finished lie beside the files.
    fn begin(&self, key: &str) -> impl Future<Output = Result<String, BucketError>> + Send + use<> {
        std::future::ready(Ok(format!("{key}\0part")))
    }

    fn send_part(
        &self,
        _key: &str,
        id: &str,
        number: usize,
        part: Vec<u8>,
    ) -> impl Future<Output = Result<String, BucketError>> + Send + use<> {
        let tag = format!("{id}{number}");
        self.files().insert(tag.clone(), part);
        std::future::ready(Ok(tag))
    }

    fn complete(
        &self,
        key: &str,
        upload: Upload,
    ) -> impl Future<Output = Result<(), BucketError>> + Send + use<> {
        let mut files = self.files();
        let parts = upload.tags.iter().filter_map(|tag| files.remove(tag));
        let whole: Vec<u8> = parts.collect::<Vec<_>>().concat();
        files.insert(key.to_string(), whole);
        std::future::ready(Ok(()))
    }

    fn abort(&self, _key: &str, upload: Upload) -> impl Future<Output = ()> + Send + use<> {
        let mut files = self.files();
        upload.tags.iter().for_each(|tag| drop(files.remove(tag)));
        std::future::ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_comes_in_parts_and_is_read_by_ranges() {
        let bucket = Bucket::in_memory();
        let mut file = bucket.write("a");
        for _ in 0..7 {
            file.add(&[7; 1_000_000]).await.unwrap();
        }
        file.add(b"end").await.unwrap();
        assert_eq!(file.size(), 7_000_003);
        assert_eq!(bucket.read("a", 0, 1).await.unwrap(), None);
        assert_eq!(file.finish().await.unwrap(), 7_000_003);
        assert_eq!(bucket.keys(), ["a"]);
        let end = bucket.read("a", 6_999_999, 100).await.unwrap();
        assert_eq!(end.as_deref(), Some(&b"\x07end"[..]));
        assert!(bucket.read("a", 7_000_003, 1).await.is_err());
        bucket.delete(vec!["a".into(), "b".into()]).await.unwrap();
        assert!(bucket.keys().is_empty());
    }

    #[tokio::test]
    async fn what_is_abandoned_was_never_there() {
        let bucket = Bucket::in_memory();
        let mut file = bucket.write("a");
        file.add(&[1; PART + 1]).await.unwrap();
        file.abandon().await;
        assert!(bucket.keys().is_empty());
    }
}
