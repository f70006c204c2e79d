package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import io.oauthservice.local.TcpProxy;

/** The steps of an install flow at which a fault can occur, in their order. */
enum InstallStep {
    /** The state is stored, and the browser has no response yet. */
    BEGUN {
        @Override
        void reach(InstallCase install) {
            install.tables().lockStates();
            install.startFlow();
            holdResponseToBlockedStatement(install);
            install.await("the state is stored", install::hasStoredState);
        }
    },
    /** The browser has opened the callback and the state is consumed, but the replica has no confirmation. */
    TAKEN {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.tables().lockStates();
            install.openCallback();
            holdResponseToBlockedStatement(install);
            install.await("the state is consumed", () -> !install.hasStoredState());
        }
    },
    /** The code has been sent, and has not arrived at the provider. */
    SENT {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.affected().providers().holdRequests();
            install.openCallback();
            install.await("the code is sent", install.affected().providers()::isHolding);
        }
    },
    /** The code is redeemed, and the tokens are on their way. */
    SPENT {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.affected().providers().holdAnswers();
            install.openCallback();
            install.await("the code is redeemed", install.affected().providers()::isHolding);
        }
    },
    /** The replica has the tokens, and its request for their installation has not arrived at the provider. */
    EXCHANGED {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.affected().providers().holdRequests(install.platform().identityPath);
            install.openCallback();
            install.await("the installation is requested", install.affected().providers()::isHolding);
        }
    },
    /** The replica is about to store the installation, and its transaction does not reach the database. */
    KNOWN {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.affected().database().holdRequests("BEGIN");
            install.openCallback();
            install.await("the transaction begins", install.affected().database()::isHolding);
        }
    },
    /** The installation is committed, and the browser has no response yet. */
    STORED {
        @Override
        void reach(InstallCase install) {
            install.consent();
            install.affected().database().holdAnswersTo("COMMIT");
            install.openCallback();
            install.await("the transaction is committed", install.affected().database()::isHolding);
        }
    };

    /** Runs the install flow until the affected replica has reached this step. */
    abstract void reach(InstallCase install);

    /**
     * Waits for the blocked statement first. A replica may have to open a connection for it, and the messages that open
     * a connection must not be held.
     */
    private static void holdResponseToBlockedStatement(InstallCase install) {
        install.await("a statement waits for the lock", install.tables()::hasBlockedStatement);
        install.affected().database().holdAnswers();
        install.tables().unlock();
    }

    /** The proxy on which the replica waits at this step. */
    TcpProxy proxy(Replica replica) {
        return switch (this) {
            case SENT, SPENT, EXCHANGED -> replica.providers();
            case BEGUN, TAKEN, KNOWN, STORED -> replica.database();
        };
    }

    /** Whether the installation is committed at this step, and must exist after every fault. */
    boolean isCommitted() {
        return this == STORED;
    }
}
