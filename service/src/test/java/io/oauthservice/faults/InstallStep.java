package io.oauthservice.faults;

import io.oauthservice.local.Detour;
import io.oauthservice.local.Replica;

/** How far an install has come, in its order. */
enum InstallStep {
    /** The state is stored, and the browser has not heard so yet. */
    BEGUN {
        @Override
        void reach(Install install) {
            install.tables().lockStates();
            install.begin();
            holdWhatWaitsForStates(install);
            install.await("its state is stored", install::itsStateIsThere);
        }
    },
    /** The browser is back and its state is taken, and the replica has not heard so yet. */
    TAKEN {
        @Override
        void reach(Install install) {
            install.consent();
            install.tables().lockStates();
            install.comeBack();
            holdWhatWaitsForStates(install);
            install.await("its state is taken", () -> !install.itsStateIsThere());
        }
    },
    /** The code has left, and has not arrived. */
    SENT {
        @Override
        void reach(Install install) {
            install.consent();
            install.victim().providers().holdRequests();
            install.comeBack();
            install.await("its code is on the way", install.victim().providers()::isHolding);
        }
    },
    /** The code is spent, and the tokens are on the way. */
    SPENT {
        @Override
        void reach(Install install) {
            install.consent();
            install.victim().providers().holdAnswers();
            install.comeBack();
            install.await("the tokens are on the way", install.victim().providers()::isHolding);
        }
    },
    /** The tokens are there, and nobody knows yet whose they are. */
    EXCHANGED {
        @Override
        void reach(Install install) {
            install.consent();
            install.victim().providers().holdRequests(install.platform().identityRequest);
            install.comeBack();
            install.await("it asks whose they are", install.victim().providers()::isHolding);
        }
    },
    /** All is known, and the database does not hear of it. */
    KNOWN {
        @Override
        void reach(Install install) {
            install.consent();
            install.victim().database().holdRequests("BEGIN");
            install.comeBack();
            install.await("it is about to store", install.victim().database()::isHolding);
        }
    },
    /** The installation is committed, and the browser has not heard so yet. */
    STORED {
        @Override
        void reach(Install install) {
            install.consent();
            install.victim().database().holdAnswersTo("COMMIT");
            install.comeBack();
            install.await("it is committed", install.victim().database()::isHolding);
        }
    };

    abstract void reach(Install install);

    /** Not before the statement is there: a replica may have to open a connection first, and wait for its greeting. */
    private static void holdWhatWaitsForStates(Install install) {
        install.await("it waits for the states", install.tables()::somebodyWaitsForALock);
        install.victim().database().holdAnswers();
        install.tables().unlock();
    }

    /** The way on which the replica waits. */
    Detour way(Replica replica) {
        return switch (this) {
            case SENT, SPENT, EXCHANGED -> replica.providers();
            case BEGUN, TAKEN, KNOWN, STORED -> replica.database();
        };
    }

    /** Whether the installation must be there, whatever happens then. */
    boolean isForGood() {
        return this == STORED;
    }
}
