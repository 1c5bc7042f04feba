//! Pictures of users: whatever comes is decoded within bounds and made anew, so that nothing that was in the file but its
//! pixels goes on.

use crate::error::{Answer, ApiError, TransferError, ok};
use crate::events;
use crate::http::{Caller, Path, Query, SignedIn, Transfer, extract};
use crate::ids;
use crate::openapi::answers::{Answered, Binary, Nothing, Refused};
use crate::state::Shared;
use api::event::Kind;
use api::settings::Picture;
use api::{Reason, limits, routes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::io::Cursor;
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Widest and highest picture that is decoded, in pixels.
const PIXELS_MAX: u32 = 4096;
/// Most bytes that decoding may take.
const DECODED_MAX: u64 = 128 * 1024 * 1024;
/// Quality of JPEG, of 100: a photograph of this size takes about 15 kB.
const QUALITY: u8 = 85;

/// Pictures that are being decoded: one at a time, for what each may take.
#[derive(Debug)]
pub(super) struct Pictures(Semaphore);

impl Default for Pictures {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// The routes of this module.
pub(super) fn router() -> OpenApiRouter<Shared> {
    let change = OpenApiRouter::new()
        .routes(routes!(set_avatar, remove_avatar))
        .layer(DefaultBodyLimit::max(limits::AVATAR_BYTES));
    OpenApiRouter::new().routes(routes!(avatar)).merge(change)
}

/// Sets one's picture: PNG, JPEG or WebP, cropped to a square.
///
/// The body is the file. Its kind is told by its content, whatever `Content-Type` says.
#[utoipa::path(
    put, path = routes::OWN_AVATAR, security(("token" = [])),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses((status = 200, description = "the new picture", body = Answered<Picture>))
)]
async fn set_avatar(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    request: Request,
) -> Answer<Picture> {
    let bytes = extract::read(request).await.map_err(|e| e.at("avatar"))?;
    let turn = app.accounts.pictures.0.acquire().await;
    let turn = turn.map_err(ApiError::internal)?;
    let drawn = tokio::task::spawn_blocking(move || draw(&bytes)).await;
    drop(turn);
    let (media, picture) = drawn.map_err(ApiError::internal)?.map_err(|error| {
        let message = format!("the picture cannot be read: {error}");
        ApiError::bad(Reason::BadPicture, message).at("avatar")
    })?;
    let hash = ids::hex(&Sha256::digest(&picture)[..16]);
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "INSERT INTO avatars (user_id, hash, media, picture) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET hash = $2, media = $3, picture = $4",
    )
    .bind(&user.id)
    .bind(&hash)
    .bind(media)
    .bind(picture)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE users SET avatar = $1 WHERE id = $2")
        .bind(&hash)
        .bind(&user.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    events::user(&app, &user.id, Kind::Account);
    ok(Picture { avatar: hash })
}

/// Removes one's picture.
#[utoipa::path(
    delete, path = routes::OWN_AVATAR, security(("token" = [])),
    responses((status = 200, description = "there is none any more", body = Answered<Nothing>))
)]
async fn remove_avatar(State(app): State<Shared>, SignedIn(user): SignedIn) -> Answer<()> {
    let mut tx = app.db.begin().await?;
    for statement in [
        "DELETE FROM avatars WHERE user_id = $1",
        "UPDATE users SET avatar = NULL WHERE id = $1",
    ] {
        sqlx::query(statement)
            .bind(&user.id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    events::user(&app, &user.id, Kind::Account);
    ok(())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AvatarQuery {
    /// The picture's hash: with it the answer may be kept for ever.
    v: Option<String>,
}

/// A user's picture, 256 pixels square.
#[utoipa::path(
    get, path = routes::AVATAR,
    params(("user" = String, Path, description = "The user's name"), AvatarQuery),
    responses(
        (status = 200, description = "the picture", body = Binary, content_type = "image/*", headers(
            ("ETag" = String, description = "The picture's hash"),
        )),
        (status = 304, description = "the client has it already (`If-None-Match`)"),
        Refused,
    )
)]
async fn avatar(
    State(app): State<Shared>,
    Transfer(caller): Transfer<Caller>,
    Transfer(Path(name)): Transfer<Path<String>>,
    Transfer(Query(query)): Transfer<Query<AvatarQuery>>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    let row: Option<(String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT a.hash, a.media, a.picture FROM avatars a JOIN users u ON u.id = a.user_id
         WHERE u.username_key = $1",
    )
    .bind(name.to_lowercase())
    .fetch_optional(app.db.read())
    .await?;
    let (hash, media, picture) = row.ok_or_else(|| caller.not_found("picture"))?;
    let tag = format!("\"{hash}\"");
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let keep = match query.v.as_deref() == Some(hash.as_str()) {
        true => "public, max-age=31536000, immutable",
        // It would be shown after another one has taken its place.
        false => "no-cache",
    };
    let about = [
        (ETAG, tag.as_str()),
        (CACHE_CONTROL, keep),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok(match known {
        true => (StatusCode::NOT_MODIFIED, about).into_response(),
        false => (about, [(CONTENT_TYPE, media.as_str())], picture).into_response(),
    })
}

/// The picture as it is kept: its media type and its bytes.
fn draw(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut bounds = Limits::default();
    bounds.max_image_width = Some(PIXELS_MAX);
    bounds.max_image_height = Some(PIXELS_MAX);
    bounds.max_alloc = Some(DECODED_MAX);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    // Before the orientation is lost with the rest of what the camera wrote.
    picture.apply_orientation(orientation);
    let side = limits::AVATAR_PIXELS;
    let drawn = picture.resize_to_fill(side, side, FilterType::CatmullRom);
    let drawn = drawn.into_rgba8();
    let mut out = Vec::new();
    if drawn.pixels().any(|pixel| pixel.0[3] < 255) {
        drawn.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
        return Ok(("image/png", out));
    }
    let opaque = DynamicImage::from(drawn).into_rgb8();
    opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))?;
    Ok(("image/jpeg", out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn encoded(width: u32, height: u32, alpha: u8, format: ImageFormat) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, _| match x < width / 2 {
            true => Rgba([255, 0, 0, alpha]),
            false => Rgba([0, 0, 255, alpha]),
        });
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::from(DynamicImage::from(picture).into_rgb8()),
            _ => picture.into(),
        };
        let mut out = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut out), format)
            .unwrap();
        out
    }

    #[test]
    fn every_kind_becomes_a_square_of_one_size() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let (media, drawn) = draw(&encoded(600, 200, 255, format)).unwrap();
            assert_eq!(media, "image/jpeg");
            let picture = image::load_from_memory(&drawn).unwrap().into_rgb8();
            assert_eq!(picture.dimensions(), (256, 256));
            let (left, right) = (picture.get_pixel(4, 128), picture.get_pixel(250, 128));
            assert!(left.0[0] > 200 && right.0[2] > 200, "{left:?} {right:?}");
        }
    }

    #[test]
    fn what_can_be_seen_through_stays_so() {
        let (media, drawn) = draw(&encoded(20, 20, 100, ImageFormat::Png)).unwrap();
        assert_eq!(media, "image/png");
        let picture = image::load_from_memory(&drawn).unwrap().into_rgba8();
        assert_eq!(picture.get_pixel(9, 9).0[3], 100);
    }

    #[test]
    fn what_else_a_file_holds_does_not_go_on() {
        let mut png = encoded(20, 20, 255, ImageFormat::Png);
        png.extend_from_slice(b"<script>alert(1)</script>");
        let (_, drawn) = draw(&png).unwrap();
        assert!(!drawn.windows(7).any(|part| part == b"<script"));
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused() {
        let wide = encoded(PIXELS_MAX + 1, 1, 255, ImageFormat::Png);
        let cut = &encoded(64, 64, 255, ImageFormat::Png)[..60];
        let others: [&[u8]; 5] = [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a",
            &wide,
            cut,
        ];
        for bytes in others {
            assert!(draw(bytes).is_err(), "{:?}", &bytes[..bytes.len().min(8)]);
        }
    }
}
