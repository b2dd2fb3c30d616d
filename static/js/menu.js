/* Pop-up menus are <details data-menu>: Escape, a click elsewhere or the focus leaving closes them,
   and the arrow keys walk through their items. */

const opened = () => document.querySelectorAll("details[data-menu][open]");
const items = (menu) => [...menu.querySelectorAll(".menu__panel :is(a[href], button)")];

document.addEventListener("click", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    menu.open = true;
    const list = items(menu);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const index = list.indexOf(document.activeElement);
    list[index < 0 ? (step > 0 ? 0 : list.length - 1) : (index + step + list.length) % list.length]?.focus();
  }
}, { capture: true });
