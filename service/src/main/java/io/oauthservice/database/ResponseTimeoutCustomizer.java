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
 * Closes connections to PostgreSQL that were lost silently, for example by a firewall or a server that failed. The
 * server's statement timeout does not arrive there, and the kernel would wait for a quarter of an hour. A refresh that
 * holds the only copy of a token must store it on another connection before its lease expires.
 */
@Component
class ResponseTimeoutCustomizer implements ConnectionFactoryOptionsBuilderCustomizer {

    private static final int STATEMENT_TIMEOUTS = 2;

    private final Duration limit;

    ResponseTimeoutCustomizer(@Value("${spring.r2dbc.properties.statementTimeout}") Duration statementTimeout) {
        this.limit = statementTimeout.multipliedBy(STATEMENT_TIMEOUTS);
    }

    /** The driver exposes its channels only to the event loops that create them. */
    @Override
    public void customize(ConnectionFactoryOptions.Builder options) {
        options.option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, new Watched(TcpResources.get(), limit));
    }

    /** The shared event loops, which must not be closed here. */
    private record Watched(LoopResources loops, Duration limit) implements LoopResources {

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            C channel = loops.onChannel(type, group);
            channel.pipeline().addFirst(new ResponseTimeoutHandler(limit));
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
