package io.oauthservice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Returns one response of the service to all callers: as bytes, and as an object that is rendered each time. */
@RestController
@Profile({"bare", "secured"})
class Constant {

    private final byte[] bytes;
    private final Map<String, Object> object;

    Constant(@Value("${floors.answer}") Path answer, JsonMapper json) throws IOException {
        bytes = Files.readAllBytes(answer);
        object = json.readValue(bytes, new TypeReference<>() {});
    }

    @GetMapping(path = "/oauth/token/{platform}", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<byte[]> bytes(@PathVariable("platform") String platform, @RequestParam("org_id") String org) {
        return Mono.just(bytes);
    }

    @GetMapping("/json/token/{platform}")
    Mono<Map<String, Object>> json(@PathVariable("platform") String platform, @RequestParam("org_id") String org) {
        return Mono.just(object);
    }
}
