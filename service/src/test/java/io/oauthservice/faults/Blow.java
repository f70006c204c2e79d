package io.oauthservice.faults;

import io.oauthservice.local.Detour;
import io.oauthservice.local.Replica;

/** What happens to the replica that has come to a step, and how it gets over it. */
enum Blow {
    /** SIGKILL; what it had on the way is lost with it. A new process takes its place. */
    KILL {
        @Override
        void strike(Replica victim, Detour where) {
            victim.kill();
            CUT.strike(victim, where);
            CUT.heal(victim, where);
            victim.startAgain();
        }

        @Override
        void heal(Replica victim, Detour where) {
            victim.awaitReady();
        }
    },
    /** SIGSTOP for longer than its lease; what it had on the way arrives meanwhile. */
    PAUSE {
        @Override
        void strike(Replica victim, Detour where) {
            victim.pause();
            where.release();
        }

        @Override
        void heal(Replica victim, Detour where) {
            victim.resume();
        }
    },
    /** The connections on which it waits break, for a moment. */
    CUT {
        @Override
        void strike(Replica victim, Detour where) {
            where.cut();
            where.release();
        }

        @Override
        void heal(Replica victim, Detour where) {
            where.restore();
        }
    },
    /** It reaches neither database nor provider for longer than its lease. */
    ISOLATE {
        @Override
        void strike(Replica victim, Detour where) {
            CUT.strike(victim, victim.database());
            CUT.strike(victim, victim.providers());
        }

        @Override
        void heal(Replica victim, Detour where) {
            victim.database().restore();
            victim.providers().restore();
        }
    };

    /** @param where the way on which the victim has something going on */
    abstract void strike(Replica victim, Detour where);

    abstract void heal(Replica victim, Detour where);

    /** Whether it lasts for longer than a lease: long enough for the others to take over. */
    boolean outlastsTheLease() {
        return this != CUT;
    }
}
