// Copies the link. Without this script a person selects it in its field.
"use strict";

(() => {
  const field = document.getElementById("link"), button = document.getElementById("copy");

  async function copy() {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // There is no clipboard object outside https and localhost.
      return document.execCommand("copy");
    }
  }

  button.addEventListener("click", async () => {
    document.getElementById("copied").textContent =
      await copy() ? "Copied." : "The browser does not permit it. Copy the selected link yourself.";
  });
  button.hidden = false;
})();
