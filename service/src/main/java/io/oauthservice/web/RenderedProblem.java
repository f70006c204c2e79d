package io.oauthservice.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Renders problems for Netty handlers, which respond before Spring, as regular request handling renders them. */
public final class RenderedProblem {

    private RenderedProblem() {}

    public static FullHttpResponse of(ProblemException problem, JsonMapper json) {
        byte[] bytes = json.writeValueAsString(problem.getBody()).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.getStatusCode().value()),
                Unpooled.wrappedBuffer(bytes));
        HttpHeaders headers = response.headers();
        SecurityHeaders.ALL.forEach(headers::set);
        problem.getHeaders().forEach(headers::set);
        headers.set("Cache-Control", HttpHeaderValues.NO_STORE)
                .set("Content-Type", MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .set("Content-Length", bytes.length);
        return response;
    }
}
