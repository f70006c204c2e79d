package io.oauthservice.access;

import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.SyncHandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.server.ServerWebExchange;

/**
 * Resolves a controller's {@link Caller} parameter. Unless the parameter is {@code @Nullable}, a caller is required.
 */
@Component
@Hidden
class CallerArgument implements SyncHandlerMethodArgumentResolver, WebFluxConfigurer, GlobalOperationCustomizer {

    CallerArgument() {
        // Without this the OpenAPI document lists the caller as a query parameter.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    @Override
    public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
        configurer.addCustomResolver(this);
    }

    /** Documents the responses of every call that requires a caller. */
    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        if (Arrays.stream(method.getMethodParameters())
                .anyMatch(parameter -> supportsParameter(parameter) && !parameter.isOptional())) {
            ApiResponses responses = operation.getResponses();
            responses.addApiResponse("401", new ApiResponse().description("unauthenticated"));
            responses.addApiResponse("403", new ApiResponse().description("forbidden"));
            responses.putIfAbsent("429", new ApiResponse().description("rate-limited; see Retry-After"));
            responses.putIfAbsent(
                    "503", new ApiResponse().description("storage-unavailable, issuer-unavailable; see Retry-After"));
        }
        return operation;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public @Nullable Object resolveArgumentValue(
            MethodParameter parameter, BindingContext bindingContext, ServerWebExchange exchange) {
        Caller caller = Caller.of(exchange);
        if (caller == null && !parameter.isOptional()) {
            throw ProblemException.unauthenticated();
        }
        return caller;
    }
}
