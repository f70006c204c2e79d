package io.oauthservice.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with its own profile. Contacts only the hosts of the pages. */
public final class Chromium implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int HEIGHT = 900;
    private static final String AXE = script();

    private final ChromeDriver driver;

    /** @param more command-line arguments */
    public Chromium(String... more) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run");
        options.addArguments(more);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(LIMIT);
    }

    /** Whether Chromium and its driver are installed. */
    public static boolean isThere() {
        return program("chromium").isPresent() && program("chromedriver").isPresent();
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String script() {
        try (InputStream file = Chromium.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void open(String address) {
        driver.get(address);
    }

    public String address() {
        return Objects.requireNonNull(driver.getCurrentUrl());
    }

    /** The visible text. */
    public String text() {
        return find("body").getText();
    }

    public WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    public List<String> texts(String css) {
        try {
            return driver.findElements(By.cssSelector(css)).stream()
                    .map(WebElement::getText)
                    .toList();
        } catch (StaleElementReferenceException e) {
            // The page's script has replaced the elements in the meantime.
            return texts(css);
        }
    }

    public void click(String css) {
        find(css).click();
    }

    public void focus(String css) {
        driver.executeScript("arguments[0].focus()", find(css));
    }

    /** The text of the element that has the focus. */
    public String focused() {
        return driver.switchTo().activeElement().getText();
    }

    /** Replaces what the field contains. */
    public void type(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    /** What a field contains. */
    public String value(String css) {
        return Objects.requireNonNull(find(css).getDomProperty("value"));
    }

    /** Waits until such an element exists. */
    public void await(String css) {
        await(() -> !driver.findElements(By.cssSelector(css)).isEmpty());
    }

    /** Waits for the condition; elements that are being replaced do not fulfil it. */
    public void await(BooleanSupplier condition) {
        new WebDriverWait(driver, LIMIT)
                .ignoring(WebDriverException.class)
                .withMessage(this::text)
                .until(page -> condition.getAsBoolean());
    }

    /** Waits until the page contains the text. */
    public void awaitText(String text) {
        new WebDriverWait(driver, LIMIT)
                .ignoring(WebDriverException.class)
                .withMessage(() -> text + " in: " + text())
                .until(page -> text().contains(text));
    }

    /** Waits for this number of windows, and switches to the newest. */
    public void toLastOf(int windows) {
        new WebDriverWait(driver, LIMIT)
                .withMessage(() -> windows + " windows")
                .until(any -> driver.getWindowHandles().size() == windows);
        driver.switchTo().window(List.copyOf(driver.getWindowHandles()).getLast());
    }

    /** Switches to the oldest window. */
    public void toFirst() {
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }

    /** Closes this window, and switches to the newest. */
    public void closeWindow() {
        driver.close();
        toLastOf(driver.getWindowHandles().size());
    }

    public void forgetCookies() {
        driver.manage().deleteAllCookies();
    }

    public void setAppearance(boolean dark, int width) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", width < HEIGHT));
    }

    /** By how many pixels the page is wider than the window. */
    public long overflow() {
        return number("return document.documentElement.scrollWidth - window.innerWidth");
    }

    /** The violations that axe-core finds, with their elements; empty if there are none. */
    public String violations() {
        driver.executeScript(AXE);
        return String.valueOf(driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run().then(found => done(found.violations
                    .map(rule => rule.id + ': ' + rule.nodes.map(node => node.html).join(', ')).join('; ')));
                """));
    }

    /** Whether a script that must not run has set this variable. */
    public @Nullable Object variable(String name) {
        return driver.executeScript("return window[arguments[0]]", name);
    }

    /** Sends an event to the window, as the browser does. */
    public void dispatch(String event) {
        driver.executeScript("window.dispatchEvent(new Event(arguments[0]))", event);
    }

    /** The errors that the browser has reported, such as a violation of the Content-Security-Policy. */
    public List<String> errors() {
        return driver.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().equals(java.util.logging.Level.SEVERE))
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** A picture of the whole page, as PNG. */
    public byte[] picture() {
        long height = number("return Math.ceil(document.documentElement.getBoundingClientRect().height)");
        long width = number("return window.innerWidth");
        Map<String, Object> whole = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        Object data = driver.executeCdpCommand(
                        "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", whole))
                .get("data");
        return Base64.getDecoder().decode((String) data);
    }

    private long number(String script) {
        return (Long) Objects.requireNonNull(driver.executeScript(script));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
