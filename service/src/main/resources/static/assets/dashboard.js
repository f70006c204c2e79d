// Lists and revokes installations. The API key stays in its input field and is not stored.
"use strict";

const key = document.getElementById("key");
const message = document.getElementById("message");
const table = document.getElementById("installations");

async function call(method, path) {
  const response = await fetch(path, { method, headers: { Authorization: `Bearer ${key.value}` } });
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || `The request failed with status ${response.status}.`);
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function cell(row, text, small) {
  const made = element("td", text);
  if (small) made.append(element("small", small));
  row.append(made);
  return made;
}

function row(installation) {
  const made = element("tr");
  cell(made, installation.platform);
  cell(made, installation.external_org_name || installation.external_org_id, installation.external_org_id);
  const status = cell(made, "", installation.status_reason);
  status.prepend(element("span", installation.status.replace("_", " "), `status status-${installation.status}`));
  const until = installation.status === "active" ? installation.token_expires_at : null;
  cell(made, until ? new Date(until).toLocaleString() : "–");
  cell(made, installation.installed_by || "–");
  cell(made, "").append(...actions(installation));
  made.lastChild.className = "actions";
  return made;
}

function actions(installation) {
  const open = document.querySelector("nav.connect a.button") !== null;
  const reconnect = element("a", installation.status === "active" ? "Reconnect" : "Connect again", "button");
  reconnect.href = `/oauth/install/${encodeURIComponent(installation.platform)}?return_to=/`;
  const connect = open ? [reconnect] : [];
  if (installation.status === "revoked") return connect;
  const revoke = element("button", "Disconnect", "danger");
  revoke.addEventListener("click", () => disconnect(installation, revoke));
  return [...connect, revoke];
}

async function disconnect(installation, button) {
  const name = installation.external_org_name || installation.external_org_id;
  if (!confirm(`Disconnect ${name}? Its tokens stop working immediately.`)) return;
  button.disabled = true;
  try {
    await call("DELETE", `/oauth/installations/${installation.id}`);
    await show();
  } catch (error) {
    button.disabled = false;
    message.textContent = error.message;
  }
}

async function show() {
  try {
    const { installations } = await call("GET", "/oauth/installations?status=all&limit=500");
    table.tBodies[0].replaceChildren(...installations.map(row));
    table.hidden = installations.length === 0;
    message.textContent = outcome() || (installations.length === 0 ? "No organisation is connected yet." : "");
  } catch (error) {
    table.hidden = true;
    message.textContent = error.message;
  }
}

// The result of an install flow that returned to this page, shown once.
function outcome() {
  const query = new URLSearchParams(location.search);
  history.replaceState(null, "", location.pathname);
  if (query.has("error")) return `Not connected. The platform reported the error ${query.get("error")}.`;
  if (query.get("status") === "pending_approval") return "An owner of the organisation must approve the request at the platform.";
  return query.has("installation_id") ? "Connected." : "";
}

document.getElementById("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
if (key.value) show();
