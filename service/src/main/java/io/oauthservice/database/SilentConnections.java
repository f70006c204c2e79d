package io.oauthservice.database;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/**
 * Ends connections to PostgreSQL that have died without a word: behind a firewall that forgot them, or with a server whose
 * machine is gone. The server's own limit for a statement cannot be heard there, and the kernel would wait for a quarter
 * of an hour; whoever holds the only live copy of a token must get to another connection before its lease is over.
 */
@Component
class SilentConnections implements ConnectionFactoryOptionsBuilderCustomizer {

    private static final int TIMES_A_STATEMENT = 2;

    private final Duration limit;

    SilentConnections(@Value("${spring.r2dbc.properties.statementTimeout}") Duration statementTimeout) {
        this.limit = statementTimeout.multipliedBy(TIMES_A_STATEMENT);
    }

    /** The driver lets nobody near its channels but the event loops that make them. */
    @Override
    public void customize(ConnectionFactoryOptions.Builder options) {
        options.option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, new Watched(TcpResources.get(), limit));
    }

    /** The usual event loops, shared with others and not ours to close. */
    private record Watched(LoopResources loops, Duration limit) implements LoopResources {

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            C channel = loops.onChannel(type, group);
            channel.pipeline().addFirst(new SilenceHandler(limit));
            return channel;
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            return loops.onChannelClass(type, group);
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return loops.onClient(useNative);
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return loops.onServer(useNative);
        }
    }
}
