/* Typing @ in textarea[data-people] offers the people who can be named, from the address in that attribute. */

import { CaretList } from "./caret-list.js";

const opening = /(?:^|[^\p{L}\p{N}_@/.+-])@([\p{L}\p{N}][^@\n]{0,60})?$/u;

class PeopleNames extends CaretList {
  field(target) {
    return target.closest?.("textarea[data-people]");
  }

  source(area) {
    return area.dataset.people;
  }

  /* What follows the last @, which may be nothing yet. */
  typed() {
    const found = this.before(opening);
    return found ? (found[1] ?? "") : undefined;
  }

  /* A name that is written out needs no list; a longer one that begins so does. */
  offered(options, asked) {
    return options.filter((option) => option.dataset.label.toLowerCase() !== asked.toLowerCase());
  }

  told(found) {
    return found.length === 1 ? "1 person can be named" : `${found.length} people can be named`;
  }

  choose(option) {
    this.put(option.dataset.label);
  }
}

new PeopleNames("people-names", "People who can be named");
