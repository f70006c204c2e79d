package io.oauthservice.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The latest items, numbered in the order of their arrival. A caller that has noted a number can find out later what
 * has arrived since.
 */
public final class RecentItems<T> {

    private final int capacity;
    private final int maxWeight;
    private final ToIntFunction<T> weight;
    private final Consumer<T> onRemoved;
    private final Deque<T> latest = new ArrayDeque<>();
    private int weights;
    private volatile long last;

    /**
     * An empty list.
     *
     * @param capacity how many are kept at most
     * @param maxWeight what they may weigh together
     * @param onRemoved is called with each item that is removed to make room
     */
    public RecentItems(int capacity, int maxWeight, ToIntFunction<T> weight, Consumer<T> onRemoved) {
        this.capacity = capacity;
        this.maxWeight = maxWeight;
        this.weight = weight;
        this.onRemoved = onRemoved;
    }

    /** How many have arrived; the number of the latest. Never decreases. */
    public long last() {
        return last;
    }

    /** To be noted before the database is read. */
    public ReadMark mark() {
        return new ReadMark(last, System.nanoTime());
    }

    public synchronized void add(T item) {
        latest.addLast(item);
        weights += weight.applyAsInt(item);
        last++;
        while (latest.size() > capacity || weights > maxWeight) {
            T oldest = latest.removeFirst();
            weights -= weight.applyAsInt(oldest);
            onRemoved.accept(oldest);
        }
    }

    /** Removes all items, and counts as one more item that is unknown. */
    public synchronized void clear() {
        latest.clear();
        weights = 0;
        last++;
    }

    /**
     * Whether one of the items after the first number, up to and including the second, matches. True if some are not
     * known.
     */
    public synchronized boolean any(long after, long upTo, Predicate<T> matches) {
        if (last - after > latest.size()) {
            return after < upTo;
        }
        Iterator<T> newestFirst = latest.descendingIterator();
        for (long number = last; number > after; number--) {
            T item = newestFirst.next();
            if (number <= upTo && matches.test(item)) {
                return true;
            }
        }
        return false;
    }

    /** Those that match, in the order of their arrival. */
    public synchronized List<T> find(Predicate<T> matches) {
        return latest.stream().filter(matches).toList();
    }
}
