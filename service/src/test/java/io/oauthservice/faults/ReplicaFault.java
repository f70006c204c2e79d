package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import io.oauthservice.local.TcpProxy;

/** A fault of a replica that has reached a step, and the recovery from it. */
enum ReplicaFault {
    /** SIGKILL. Data in transit is lost. A new process replaces the killed one. */
    KILL {
        @Override
        void inject(Replica replica, TcpProxy proxy) {
            replica.kill();
            CUT.inject(replica, proxy);
            CUT.recover(replica, proxy);
            replica.startAgain();
        }

        @Override
        void recover(Replica replica, TcpProxy proxy) {
            replica.awaitReady();
        }
    },
    /** SIGSTOP for longer than the lease. Data in transit arrives in the meantime. */
    PAUSE {
        @Override
        void inject(Replica replica, TcpProxy proxy) {
            replica.pause();
            proxy.release();
        }

        @Override
        void recover(Replica replica, TcpProxy proxy) {
            replica.resume();
        }
    },
    /** Closes the connections on which the replica waits, for a shorter time than the lease. */
    CUT {
        @Override
        void inject(Replica replica, TcpProxy proxy) {
            proxy.cut();
            proxy.release();
        }

        @Override
        void recover(Replica replica, TcpProxy proxy) {
            proxy.restore();
        }
    },
    /** Disconnects the replica from the database and the providers, for longer than the lease. */
    ISOLATE {
        @Override
        void inject(Replica replica, TcpProxy proxy) {
            CUT.inject(replica, replica.database());
            CUT.inject(replica, replica.providers());
        }

        @Override
        void recover(Replica replica, TcpProxy proxy) {
            replica.database().restore();
            replica.providers().restore();
        }
    };

    /** @param proxy the proxy on which a request or a response of the replica is in transit */
    abstract void inject(Replica replica, TcpProxy proxy);

    abstract void recover(Replica replica, TcpProxy proxy);

    /** Whether the fault lasts for longer than the lease, so that another replica takes over. */
    boolean outlastsLease() {
        return this != CUT;
    }
}
