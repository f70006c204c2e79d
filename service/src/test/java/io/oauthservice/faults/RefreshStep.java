package io.oauthservice.faults;

import static io.oauthservice.Fault.hang;

import io.oauthservice.local.Detour;
import io.oauthservice.local.Replica;

/** How far a refresh has come, in its order. */
enum RefreshStep {
    /** The lease is in the row, and its holder has not heard so yet. */
    LEASED {
        @Override
        void reach(Refresh refresh) {
            refresh.tables().lock(refresh.before());
            refresh.begin();
            refresh.await("its lease waits for the row", refresh.tables()::somebodyWaitsForALock);
            refresh.victim().database().holdAnswers();
            refresh.tables().unlock();
            refresh.await("the lease is taken", () -> refresh.now().leased());
        }
    },
    /** The request has left, and has not arrived. */
    SENT {
        @Override
        void reach(Refresh refresh) {
            refresh.victim().providers().holdRequests();
            refresh.begin();
            refresh.await("its request is on the way", refresh.victim().providers()::isHolding);
        }
    },
    /** The provider has it, and does nothing. */
    ARRIVED {
        @Override
        void reach(Refresh refresh) {
            refresh.provider().fail(refresh.platform().refresh, hang());
            refresh.begin();
            refresh.await("the provider has its request", () -> refresh.calls() == 1);
        }
    },
    /** The provider has made new tokens, and its answer is on the way. */
    REDEEMED {
        @Override
        void reach(Refresh refresh) {
            refresh.victim().providers().holdAnswers();
            refresh.begin();
            refresh.await("the answer is on the way", refresh.victim().providers()::isHolding);
        }
    },
    /** The answer is there, and the database does not hear of it. */
    ANSWERED {
        @Override
        void reach(Refresh refresh) {
            REDEEMED.reach(refresh);
            refresh.victim().database().holdRequests("BEGIN");
            refresh.victim().providers().release();
            refresh.await("it is about to store", refresh.victim().database()::isHolding);
        }
    },
    /** The new tokens are committed, and the holder has not heard so yet. */
    STORED {
        @Override
        void reach(Refresh refresh) {
            REDEEMED.reach(refresh);
            refresh.victim().database().holdAnswersTo("COMMIT");
            refresh.victim().providers().release();
            refresh.await("they are committed", refresh.victim().database()::isHolding);
        }
    };

    abstract void reach(Refresh refresh);

    /** The way on which the holder waits. */
    Detour way(Replica holder) {
        return switch (this) {
            case SENT, ARRIVED, REDEEMED -> holder.providers();
            case LEASED, ANSWERED, STORED -> holder.database();
        };
    }

    /** How many calls the provider is to see until the grant has a new token. */
    int calls(Blow blow) {
        return switch (this) {
            case LEASED, STORED -> 1;
            // What is on the way to a process that sleeps arrives after all.
            case SENT -> blow == Blow.PAUSE ? 2 : 1;
            case ARRIVED, REDEEMED -> 2;
            // After a moment it stores what it holds in memory.
            case ANSWERED -> blow == Blow.CUT ? 1 : 2;
        };
    }

    /** Whether the only live pair can be gone with the blow, where the provider gives no second one. */
    boolean mayLose(Blow blow) {
        return switch (this) {
            case LEASED, ARRIVED, STORED -> false;
            case SENT -> blow == Blow.PAUSE;
            case REDEEMED -> true;
            // Who lives on still has it, and it proves a refusal wrong that came in between.
            case ANSWERED -> blow == Blow.KILL;
        };
    }
}
