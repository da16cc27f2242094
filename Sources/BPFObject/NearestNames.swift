// SPDX-License-Identifier: Apache-2.0

/// Which of the known names one may have meant that is not among them: for messages.
package enum NearestNames {
    /// The names that are fewest changes away, at most three; none where nothing is near.
    ///
    /// Nearest is a name that differs in underscores before it alone, as the kernel's private ones do: `state` and `__state`. Else a third
    /// of the letters may be wrong, and two of short names, but never most of them. Names of more than 64 bytes are near to none.
    package static func of(_ name: String, among known: [String]) -> [String] {
        let wanted = Array(name.utf8)
        guard wanted.count <= longest else { return [] }
        let bare = name.drop { $0 == "_" }
        if let same = known.first(where: { !bare.isEmpty && $0.hasSuffix(bare) && $0.drop { $0 == "_" } == bare }) { return [same] }
        var limit = min(max(2, wanted.count / 3), wanted.count / 2)
        var nearest: [String] = []
        for candidate in known {
            let text = Array(candidate.utf8)
            guard text.count <= longest, let distance = distance(wanted, text, limit: limit) else { continue }
            if distance < limit { nearest = [] }
            limit = distance
            if nearest.count < 3, !nearest.contains(candidate) { nearest.append(candidate) }
        }
        return nearest
    }

    /// What one may have meant by a pattern that no name matches, as patterns: where it is a beginning or an end of names with a star, others of those,
    /// and else names that are near to what it has beside stars.
    package static func of(_ pattern: NamePattern, among known: [String]) -> [String] {
        let bare = pattern.text.filter { $0 != "*" && $0 != "?" }
        guard bare.utf8.count + 1 == pattern.text.utf8.count, !bare.isEmpty else { return of(bare, among: known) }
        if pattern.text.hasSuffix("*") { return of(bare, among: unique(known.map { String($0.prefix(bare.count)) })).map { $0 + "*" } }
        if pattern.text.hasPrefix("*") { return of(bare, among: unique(known.map { String($0.suffix(bare.count)) })).map { "*" + $0 } }
        return of(bare, among: known)
    }

    /// Names without those that are there twice, in their order.
    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private static let longest = 64

    /// Letters that must be put in, left out, replaced, or exchanged with the next; `nil` where there are more than the limit.
    private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
        guard abs(a.count - b.count) <= limit else { return nil }
        var older: [Int] = []
        var row = Array(0...b.count)
        for i in a.indices {
            var next = [i + 1]
            next.reserveCapacity(row.count)
            for j in b.indices {
                var best = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                next.append(best)
            }
            // Two rows, since two letters may be exchanged.
            if min(row.min() ?? 0, next.min() ?? 0) > limit { return nil }
            (older, row) = (row, next)
        }
        return row[b.count] <= limit ? row[b.count] : nil
    }
}
