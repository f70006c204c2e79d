package io.oauthservice.faults;

import static io.oauthservice.Fault.hang;

import io.oauthservice.local.Replica;
import io.oauthservice.local.TcpProxy;

/** The steps of a refresh at which a fault can occur, in their order. */
enum RefreshStep {
    /** The lease is committed, and its holder has no confirmation. */
    LEASED {
        @Override
        void reach(RefreshCase refresh) {
            refresh.tables().lock(refresh.rowBefore());
            refresh.start();
            refresh.await("the lease waits for the row lock", refresh.tables()::hasBlockedStatement);
            refresh.affected().database().holdAnswers();
            refresh.tables().unlock();
            refresh.await("the lease is committed", () -> refresh.row().leased());
        }
    },
    /** The request has been sent, and has not arrived at the provider. */
    SENT {
        @Override
        void reach(RefreshCase refresh) {
            refresh.affected().providers().holdRequests();
            refresh.start();
            refresh.await("the request is sent", refresh.affected().providers()::isHolding);
        }
    },
    /** The request has arrived at the provider, which does not process it. */
    ARRIVED {
        @Override
        void reach(RefreshCase refresh) {
            refresh.provider().fail(refresh.platform().refreshOperation, hang());
            refresh.start();
            refresh.await("the provider has the request", () -> refresh.calls() == 1);
        }
    },
    /** The provider has issued new tokens, and its response is on its way. */
    REDEEMED {
        @Override
        void reach(RefreshCase refresh) {
            refresh.affected().providers().holdAnswers();
            refresh.start();
            refresh.await("the response is on its way", refresh.affected().providers()::isHolding);
        }
    },
    /** The replica has the response, and its transaction does not reach the database. */
    ANSWERED {
        @Override
        void reach(RefreshCase refresh) {
            REDEEMED.reach(refresh);
            refresh.affected().database().holdRequests("BEGIN");
            refresh.affected().providers().release();
            refresh.await("the transaction begins", refresh.affected().database()::isHolding);
        }
    },
    /** The new tokens are committed, and the replica has no confirmation. */
    STORED {
        @Override
        void reach(RefreshCase refresh) {
            REDEEMED.reach(refresh);
            refresh.affected().database().holdAnswersTo("COMMIT");
            refresh.affected().providers().release();
            refresh.await("the new tokens are committed", refresh.affected().database()::isHolding);
        }
    };

    /** Starts the refresh and waits until the affected replica has reached this step. */
    abstract void reach(RefreshCase refresh);

    /** The proxy on which the lease holder waits at this step. */
    TcpProxy proxy(Replica holder) {
        return switch (this) {
            case SENT, ARRIVED, REDEEMED -> holder.providers();
            case LEASED, ANSWERED, STORED -> holder.database();
        };
    }

    /** How many refreshes the provider must receive until the grant has a new token. */
    int expectedCalls(ReplicaFault fault) {
        return switch (this) {
            case LEASED, STORED -> 1;
            // The request of a paused replica still arrives at the provider.
            case SENT -> fault == ReplicaFault.PAUSE ? 2 : 1;
            case ARRIVED, REDEEMED -> 2;
            // After a short outage the replica stores the tokens that it has in memory.
            case ANSWERED -> fault == ReplicaFault.CUT ? 1 : 2;
        };
    }

    /** Whether the fault can lose the only valid token pair if the provider has no reuse interval. */
    boolean mayLoseTokens(ReplicaFault fault) {
        return switch (this) {
            case LEASED, ARRIVED, STORED -> false;
            case SENT -> fault == ReplicaFault.PAUSE;
            case REDEEMED -> true;
            // A replica that survives still has the pair. Storing it removes a rejection that came in between.
            case ANSWERED -> fault == ReplicaFault.KILL;
        };
    }
}
