package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import io.oauthservice.local.TcpProxy;

/** The steps of a webhook at which a fault can occur, in their order. */
enum WebhookStep {
    /** The replica has the request, and its statement does not reach the database. */
    RECEIVED {
        @Override
        void reach(WebhookCase webhook) {
            webhook.affected().database().holdRequests(webhook.firstReport());
            webhook.send();
            webhook.await("the statement is sent", webhook.affected().database()::isHolding);
        }
    },
    /** The delivery is stored, and the provider has no answer. Any replica may process it. */
    STORED {
        @Override
        void reach(WebhookCase webhook) {
            webhook.affected().database().holdAnswersTo(webhook.firstReport());
            webhook.send();
            webhook.await("the delivery is stored", webhook.affected().database()::isHolding);
        }
    },
    /** The replica processes the delivery, and its question has not arrived at the provider. */
    ASKED {
        @Override
        void reach(WebhookCase webhook) {
            webhook.whileOthersPause(() -> {
                webhook.affected().providers().holdRequests();
                webhook.send();
                webhook.await("the question is sent", () -> isTakenAndHeldAt(webhook));
            });
        }
    },
    /** The provider has answered, and the replica's transaction does not reach the database. */
    ANSWERED {
        @Override
        void reach(WebhookCase webhook) {
            webhook.whileOthersPause(() -> {
                webhook.affected().providers().holdAnswers();
                webhook.send();
                webhook.await("the answer is on its way", () -> isTakenAndHeldAt(webhook));
                webhook.affected().database().holdRequests("BEGIN");
                webhook.affected().providers().release();
                webhook.await("the transaction begins", webhook.affected().database()::isHolding);
            });
        }
    },
    /** The change is committed, and the delivery's completion does not reach the database. */
    CHANGED {
        @Override
        void reach(WebhookCase webhook) {
            webhook.whileOthersPause(() -> {
                webhook.affected().database().holdRequests(CONFIRMED);
                webhook.send();
                webhook.await("the delivery is completed", webhook.affected().database()::isHolding);
            });
        }
    };

    /** As a parameter on PostgreSQL's wire, after the last byte of its length. Statements contain the word too. */
    private static final String CONFIRMED = "\tconfirmed";

    /** Sends the webhooks and waits until the affected replica has reached this step. */
    abstract void reach(WebhookCase webhook);

    /** Not everything that a replica asks a provider belongs to a delivery. */
    private static boolean isTakenAndHeldAt(WebhookCase webhook) {
        return webhook.affected().providers().isHolding() && webhook.tables().hasTakenWebhook();
    }

    /** The proxy on which the affected replica waits at this step. */
    TcpProxy proxy(Replica replica) {
        return switch (this) {
            case ASKED -> replica.providers();
            case RECEIVED, STORED, ANSWERED, CHANGED -> replica.database();
        };
    }
}
