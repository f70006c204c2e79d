package io.oauthservice.install;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * HEAD where GET is a step of a flow. Spring handles HEAD by the GET method: a link checker would then consume a state
 * or start a flow.
 */
@Hidden
@RestController
class HeadController {

    @RequestMapping(
            method = RequestMethod.HEAD,
            path = {"/oauth/install/{platform}", "/oauth/callback/{platform}"})
    ResponseEntity<Void> head() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).build();
    }
}
