//! How all of it travels, exactly.

use super::*;
use crate::assert_wire;

#[test]
fn prices_are_those_of_the_product() {
    let prices = Product::ALL.map(|product| product.price() / 100);
    assert_eq!(prices, [50, 120, 210, 7, 33, 59, 80, 300, 500]);
    assert_eq!(Compute::ALL.map(Compute::hourly_price), [100, 800]);
    assert_eq!(
        Product::Gpu50.goods(),
        Goods::Pack {
            compute: Compute::Gpu,
            seconds: 180_000
        }
    );
    assert_eq!(Compute::of_instance("gpu_high"), Compute::Gpu);
}

#[test]
fn an_account_is_exact() {
    let left = |left| ComputeLeft {
        plan_seconds: 36_000,
        plan_left: left,
        packs: vec![PackLeft {
            id: "9a".into(),
            seconds: 36_000,
            left: 5,
            expires: Time(0),
        }],
        hourly_price: 100,
        balance_seconds: 7,
    };
    let account = Account {
        billing: true,
        plan: Plan::Vip,
        vip_until: Some(Time(0)),
        refreshes: Time(0),
        balance: 12,
        cpu: left(1),
        gpu: left(2),
        private_projects: 3,
        private_datasets: 4,
        free: FREE,
        vip: VIP,
        offers: vec![Offer {
            product: Product::Cpu10,
            price: 700,
        }],
        provider: Provider {
            name: "test".into(),
            test: true,
        },
    };
    assert_eq!((account.cpu.paid(), account.cpu.total()), (6, 13));
    assert_eq!(account.limits(), &VIP);
    assert_wire(
        &account,
        concat!(
            r#"{"billing":true,"plan":"vip","vip_until":"1970-01-01T00:00:00","#,
            r#""refreshes":"1970-01-01T00:00:00","balance":12,"#,
            r#""cpu":{"plan_seconds":36000,"plan_left":1,"packs":[{"id":"9a","seconds":36000,"left":5,"#,
            r#""expires":"1970-01-01T00:00:00"}],"hourly_price":100,"balance_seconds":7},"#,
            r#""gpu":{"plan_seconds":36000,"plan_left":2,"packs":[{"id":"9a","seconds":36000,"left":5,"#,
            r#""expires":"1970-01-01T00:00:00"}],"hourly_price":100,"balance_seconds":7},"#,
            r#""private_projects":3,"private_datasets":4,"#,
            r#""free":{"cpu_seconds":36000,"gpu_seconds":0,"tasks":2,"task_seconds":21600,"#,
            r#""storage_bytes":10737418240,"private_projects":0,"private_datasets":0,"priority":false},"#,
            r#""vip":{"cpu_seconds":72000,"gpu_seconds":36000,"tasks":5,"task_seconds":172800,"#,
            r#""storage_bytes":107374182400,"private_projects":10,"private_datasets":10,"priority":true},"#,
            r#""offers":[{"product":"cpu_10","price":700}],"provider":{"name":"test","test":true}}"#
        ),
    );
}

#[test]
fn usage_and_records_are_exact() {
    assert_wire(
        &Usage {
            versions_bytes: 1,
            outputs_bytes: 2,
            storage_bytes: Some(3),
            days: vec![DayUse {
                noon: Time(0),
                cpu: 4,
                gpu: 5,
            }],
        },
        concat!(
            r#"{"versions_bytes":1,"outputs_bytes":2,"storage_bytes":3,"#,
            r#""days":[{"noon":"1970-01-01T00:00:00","cpu":4,"gpu":5}]}"#
        ),
    );
    let record = Record {
        id: "7a".into(),
        at: Time(0),
        kind: RecordKind::Usage,
        amount: -3,
        product: None,
        task: Some(TaskCharge {
            id: "7a".into(),
            name: "iris".into(),
            compute: Compute::Cpu,
            seconds: PaidSeconds {
                plan: 1,
                packs: 2,
                balance: 3,
                waived: 4,
            },
            running: false,
        }),
        note: None,
    };
    assert_wire(
        &record,
        concat!(
            r#"{"id":"7a","at":"1970-01-01T00:00:00","kind":"usage","amount":-3,"#,
            r#""task":{"id":"7a","name":"iris","compute":"cpu","#,
            r#""seconds":{"plan":1,"packs":2,"balance":3,"waived":4},"running":false}}"#
        ),
    );
    assert_wire(
        &RecordQuery {
            kind: Some(RecordKind::Grant),
            page: Some(2),
            page_size: None,
        },
        r#"{"kind":"grant","page":2}"#,
    );
}

#[test]
fn orders_are_exact() {
    assert_wire(
        &NewOrder {
            product: None,
            amount: 500,
            pay_with: PayWith::Provider,
            key: "k".into(),
        },
        r#"{"amount":500,"pay_with":"provider","key":"k"}"#,
    );
    assert_wire(
        &Order {
            id: "7a".into(),
            product: Some(Product::Vip3),
            amount: 12_000,
            pay_with: PayWith::Wallet,
            state: OrderState::Paid,
            created: Time(0),
            expires: Time(0),
            settled: Some(Time(0)),
        },
        concat!(
            r#"{"id":"7a","product":"vip_3","amount":12000,"pay_with":"wallet","state":"paid","#,
            r#""created":"1970-01-01T00:00:00","expires":"1970-01-01T00:00:00","settled":"1970-01-01T00:00:00"}"#
        ),
    );
    assert_wire(
        &Settlement {
            outcome: Outcome::Declined,
            amount: 0,
        },
        r#"{"outcome":"declined","amount":0}"#,
    );
}
