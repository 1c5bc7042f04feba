//! Pieces that lie above the page.

use super::Part;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::{
    Badge, Button, ConfirmDialog, Dialog, Drawer, IconButton, Look, Menu, MenuButton, MenuHeading,
    MenuLink, MenuRadio, Popover, TextInput, Tick, Tone, Tooltip, icons, use_toasts,
};
use leptos::prelude::*;

#[component]
pub(super) fn Menus() -> impl IntoView {
    let i18n = use_i18n();
    let first = RwSignal::new(true);
    let trigger = (move || t_string!(i18n, pieces.menu)).into_any();
    view! {
        <Part id="menus" title=move || t_string!(i18n, pieces.menus)>
            <div class="row">
                <Menu label=move || t_string!(i18n, pieces.menu) trigger>
                    <MenuHeading>{move || t_string!(i18n, pieces.menu_group)}</MenuHeading>
                    <MenuLink href=Route::Pieces.href() icon=icons::LuArrowRight>
                        {move || t_string!(i18n, pieces.menu_link)}
                    </MenuLink>
                    <MenuButton icon=icons::LuPlay on_click=|()| {}>
                        {move || t_string!(i18n, pieces.menu_act)}
                    </MenuButton>
                    <MenuRadio checked=first on_click=move |()| first.set(true)>
                        {move || t_string!(i18n, pieces.first)}
                    </MenuRadio>
                    <MenuRadio checked=Signal::derive(move || !first.get()) on_click=move |()| first.set(false)>
                        {move || t_string!(i18n, pieces.second)}
                    </MenuRadio>
                </Menu>
                <Popover label=move || t_string!(i18n, pieces.popover) icon=icons::LuColumns3 count=1_usize start=true>
                    <Tick
                        label=move || t_string!(i18n, pieces.first)
                        checked=first
                        on_change=move |on| first.set(on)
                    />
                </Popover>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let i18n = use_i18n();
    let (dialog, drawer, confirm) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    view! {
        <Part id="dialogs" title=move || t_string!(i18n, pieces.dialogs)>
            <div class="row">
                <Button on_click=move |()| dialog.set(true)>{move || t_string!(i18n, pieces.open_dialog)}</Button>
                <Button on_click=move |()| drawer.set(true)>{move || t_string!(i18n, pieces.open_drawer)}</Button>
                <Button look=Look::Danger on_click=move |()| confirm.set(true)>
                    {move || t_string!(i18n, pieces.open_confirm)}
                </Button>
            </div>
            <Dialog open=dialog title=move || t_string!(i18n, pieces.dialog)>
                <p>{move || t_string!(i18n, pieces.dialog_text)}</p>
                <TextInput
                    name="piece-dialog"
                    label=move || t_string!(i18n, pieces.field)
                    value=RwSignal::new(String::new())
                />
            </Dialog>
            <Drawer open=drawer title=move || t_string!(i18n, pieces.drawer)>
                <p>{move || t_string!(i18n, pieces.dialog_text)}</p>
                <TextInput
                    name="piece-drawer"
                    label=move || t_string!(i18n, pieces.field)
                    value=RwSignal::new(String::new())
                />
            </Drawer>
            <ConfirmDialog
                open=confirm
                title=move || t_string!(i18n, pieces.confirm)
                action=move || t_string!(i18n, pieces.delete)
                danger=true
                on_confirm=move |()| confirm.set(false)
            >
                <p>{move || t_string!(i18n, pieces.long)}</p>
            </ConfirmDialog>
        </Part>
    }
}

#[component]
pub(super) fn Tooltips() -> impl IntoView {
    let i18n = use_i18n();
    let tip = move || t_string!(i18n, pieces.tip);
    view! {
        <Part id="tooltips" title=move || t_string!(i18n, pieces.tooltips)>
            <div class="row">
                <Tooltip text=tip>
                    <Button>{move || t_string!(i18n, pieces.hover)}</Button>
                </Tooltip>
                <Tooltip text=move || t_string!(i18n, pieces.long)>
                    <Badge
                        label=move || t_string!(i18n, pieces.careful)
                        icon=icons::LuTriangleAlert
                        tone=Tone::Warn
                    />
                </Tooltip>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Messages() -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let tell = move |()| {
        toasts.say_with_link(
            t_string!(i18n, pieces.told),
            t_string!(i18n, pieces.link),
            Route::Pieces.href(),
        );
    };
    let fail = move |()| toasts.fail(t_string!(i18n, pieces.told_failure));
    view! {
        <Part id="messages" title=move || t_string!(i18n, pieces.messages)>
            <div class="row">
                <Button on_click=tell>{move || t_string!(i18n, pieces.tell)}</Button>
                <Button on_click=fail>{move || t_string!(i18n, pieces.tell_failure)}</Button>
                <IconButton label=move || t_string!(i18n, common.dismiss) icon=icons::LuX on_click=|()| {}/>
            </div>
        </Part>
    }
}
