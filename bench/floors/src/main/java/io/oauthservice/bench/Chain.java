package io.oauthservice.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.HttpStatusServerEntryPoint;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import reactor.core.publisher.Mono;

/** The usual Spring Security chain for API keys: stateless, keys looked up by their SHA-256, one authority. */
@Configuration(proxyBeanMethods = false)
@Profile("secured")
class Chain {

    private static final String AUTHORITY = "tokens:read";
    private static final String BEARER = "Bearer ";

    @Bean
    SecurityWebFilterChain apiKeys(ServerHttpSecurity http, @Value("${floors.keys}") List<String> keys) {
        HttpStatusServerEntryPoint refusal = new HttpStatusServerEntryPoint(HttpStatus.UNAUTHORIZED);
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(all -> all.anyExchange().hasAuthority(AUTHORITY))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(refusal))
                .addFilterAt(keyFilter(keys, refusal), SecurityWebFiltersOrder.AUTHENTICATION)
                .build();
    }

    private static AuthenticationWebFilter keyFilter(List<String> keys, HttpStatusServerEntryPoint refusal) {
        Map<String, Authentication> known = new HashMap<>();
        keys.forEach(key -> known.put(sha256(key), authenticated(key)));
        ReactiveAuthenticationManager manager = presented -> {
            Authentication client = known.get(sha256(String.valueOf(presented.getCredentials())));
            return client == null ? Mono.error(new BadCredentialsException("key")) : Mono.just(client);
        };
        AuthenticationWebFilter filter = new AuthenticationWebFilter(manager);
        filter.setServerAuthenticationConverter(exchange -> Mono.justOrEmpty(
                        exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.startsWith(BEARER))
                .map(header ->
                        UsernamePasswordAuthenticationToken.unauthenticated("key", header.substring(BEARER.length()))));
        filter.setAuthenticationFailureHandler(new ServerAuthenticationEntryPointFailureHandler(refusal));
        return filter;
    }

    private static Authentication authenticated(String key) {
        return UsernamePasswordAuthenticationToken.authenticated(
                key, null, AuthorityUtils.createAuthorityList(AUTHORITY));
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
