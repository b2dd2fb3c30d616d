/* Puts the topics of a path into another order by dragging their grips; the buttons beside them do the same one step at a time. */

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  const list = grip?.closest("[data-path-steps]");
  if (!list || event.button !== 0) return;
  event.preventDefault();
  const held = grip.closest("li");
  held.classList.add("is-held");
  grip.setPointerCapture(event.pointerId);

  const move = ({ clientY }) => {
    for (const other of list.children) {
      if (other === held) continue;
      const box = other.getBoundingClientRect();
      if (clientY < box.top || clientY > box.bottom) continue;
      if (clientY < box.top + box.height / 2) other.before(held);
      else other.after(held);
      break;
    }
  };
  const end = () => {
    grip.removeEventListener("pointermove", move);
    held.classList.remove("is-held");
    const order = [...list.children].map((item) => item.dataset.index).join(",");
    const field = list.closest("form").querySelector("[data-order]");
    field.value = order;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", end, { once: true });
});
