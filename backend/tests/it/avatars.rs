//! Pictures of users.

use crate::support::{Who, World, bytes};
use api::routes;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

async fn profile(world: &World) -> Value {
    world.get(&world.other, "/api/v1/users/owner").await.data
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, height, image::Rgb([200, 80, 20]))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

async fn ask(
    world: &World,
    who: &Who,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn set_avatar(world: &World, picture: Vec<u8>) -> Value {
    let response = ask(
        world,
        &world.owner,
        Method::PUT,
        routes::OWN_AVATAR,
        picture,
    )
    .await;
    assert_eq!(response.status(), StatusCode::OK);
    serde_json::from_slice(&bytes(response).await).unwrap()
}

#[tokio::test]
async fn a_picture_is_made_anew_and_kept_by_browsers() {
    let world = World::new().await;
    let path = routes::fill(routes::AVATAR, &["Owner"]);
    let missing = ask(&world, &Who::Anonymous, Method::GET, &path, Vec::new()).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let answer = set_avatar(&world, png(300, 500)).await;
    let hash = answer["data"]["avatar"].as_str().unwrap().to_owned();
    assert_eq!(profile(&world).await["avatar"], json!(hash));
    assert_eq!(
        world.get(&world.owner, "/api/v1/user").await.text("avatar"),
        hash
    );
    let kept = format!("{path}?v={hash}");
    for (address, caching) in [
        (kept.as_str(), "public, max-age=31536000, immutable"),
        (path.as_str(), "no-cache"),
    ] {
        let response = ask(&world, &Who::Anonymous, Method::GET, address, Vec::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], caching);
        assert_eq!(headers["content-type"], "image/jpeg");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(
            headers["content-security-policy"],
            "sandbox; default-src 'none'"
        );
        let picture = image::load_from_memory(&bytes(response).await).unwrap();
        assert_eq!((picture.width(), picture.height()), (256, 256));
    }
    let request = Request::get(&kept).header("if-none-match", format!("\"{hash}\""));
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(
        world.delete(&world.owner, routes::OWN_AVATAR).await.code,
        200
    );
    let gone = ask(&world, &Who::Anonymous, Method::GET, &kept, Vec::new()).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert_eq!(profile(&world).await.get("avatar"), None);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_the_old_one_stays() {
    let world = World::new().await;
    let answer = set_avatar(&world, png(10, 10)).await;
    let hash = answer["data"]["avatar"].clone();
    let large = vec![0; api::limits::AVATAR_BYTES + 1];
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec();
    for (bytes, reason) in [
        (Vec::new(), "bad_picture"),
        (svg, "bad_picture"),
        (png(10, 10)[..40].to_vec(), "bad_picture"),
        (png(5000, 1), "bad_picture"),
        (large, "too_large"),
    ] {
        let answer = set_avatar(&world, bytes).await;
        assert_eq!(answer["code"], 519);
        assert_eq!(answer["data"]["reason"], reason);
        assert_eq!(answer["data"]["field"], "avatar");
    }
    assert_eq!(profile(&world).await["avatar"], hash);
}

#[tokio::test]
async fn pictures_are_part_of_a_backup() {
    let world = World::new().await;
    set_avatar(&world, png(10, 10)).await;
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy.db");
    sqlx::query("VACUUM INTO $1")
        .bind(copy.to_str().unwrap())
        .execute(world.app.db.write())
        .await
        .unwrap();
    let db = russell_backend::db::Db::open_as_is(&copy).await.unwrap();
    let picture: Vec<u8> = sqlx::query_scalar("SELECT picture FROM avatars")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert!(image::load_from_memory(&picture).is_ok());
    db.close().await;
}
