// The end of a flow in a window that a page of another site has opened: reports the outcome to that page and closes the window.
// The page works without this script.
"use strict";

(() => {
  const data = document.currentScript.dataset;
  const message = {
    type: "oauth-service.connect",
    link_id: data.linkId,
    platform: data.platform,
    outcome: data.outcome
  };
  if (data.installationId) message.installation_id = data.installationId;
  if (data.error) message.error = data.error;

  // A provider's page with a Cross-Origin-Opener-Policy separates the window from its opener.
  if (window.opener && !window.opener.closed) {
    window.opener.postMessage(message, data.origin);
    window.close();
  } else if (data.returnTo) {
    location.replace(data.returnTo);
  }
})();
