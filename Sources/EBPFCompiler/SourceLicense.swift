// SPDX-License-Identifier: Apache-2.0

/// The licence that a kernel half's sources state, as the kernel reads it.
///
/// The kernel gives some helpers only to programs whose licence it takes for compatible with the GPL (`include/linux/license.h`, `license_is_gpl_compatible`). The
/// source says its licence already, in its SPDX line; the object's `license` section follows from that.
enum SourceLicense {
    /// Licences that the kernel takes beside the GPL in one name.
    private static let partners = ["MIT": "Dual MIT/GPL", "BSD-2-Clause": "Dual BSD/GPL", "BSD-3-Clause": "Dual BSD/GPL", "MPL-1.1": "Dual MPL/GPL"]
    /// The GPL's forms. Of several licences to choose from, this one is enough for the kernel.
    private static let gpl = [
        "GPL-2.0-only": "GPL v2", "GPL-2.0": "GPL v2", "GPL-2.0-or-later": "GPL", "GPL-2.0+": "GPL",
    ]

    static func find(in sources: [KernelHalfSource]) throws(CompilerError) -> String {
        var found: (name: String, file: String)?
        for source in sources {
            for (number, line) in source.text.lines.enumerated() {
                guard let expression = expression(in: line) else { continue }
                let name = kernelName(expression)
                if let found, found.name != name {
                    throw CompilerError(
                        .source,
                        SourcePosition(file: source.path, line: number + 1).message(
                            "the object has one licence, and \(found.file) says '\(found.name)' where this says '\(name)'; state one in all sources"))
                }
                found = (name, source.path)
                break
            }
        }
        guard let found else {
            throw CompilerError(
                .source,
                SourcePosition(file: sources.first?.path ?? "", line: 1).message(
                    "the kernel half states no licence, without which the kernel gives it few helpers; begin with a line '// SPDX-License-Identifier: GPL-2.0-only OR MIT'"
                ))
        }
        return found.name
    }

    /// Whether the kernel takes a licence for one that is compatible with the GPL, by the name that it has there (`include/linux/license.h`:
    /// `license_is_gpl_compatible`).
    static func isGPL(_ name: String) -> Bool { gpl.values.contains(name) || partners.values.contains(name) || name == "GPL and additional rights" }

    /// What a comment states, in one line or as a line of a block: `// SPDX-License-Identifier: MIT`, `/* SPDX-License-Identifier: MIT */`; `nil` of all else.
    private static func expression(in line: Substring) -> Substring? {
        let line = IRText.trimmed(line)
        guard ["//", "/*", "*"].contains(where: { line.hasPrefix($0) }), let place = line.range(of: "SPDX-License-Identifier: ") else { return nil }
        let stated = line[place.upperBound...]
        return IRText.trimmed(stated[..<(stated.range(of: "*/")?.lowerBound ?? stated.endIndex)])
    }

    /// What the kernel calls a licence; one that it does not know goes as it is written, and is none of the GPL.
    ///
    /// Of licences that all hold (`AND`), one that is the GPL makes the whole one; an exception (`WITH`) takes nothing of it away.
    static func kernelName(_ expression: Substring) -> String {
        let plain = String(expression.filter { $0 != "(" && $0 != ")" })
        let choices = plain.split(separator: " OR ").map { choice in
            choice.split(separator: " AND ").map { String(IRText.trimmed($0.split(separator: " WITH ").first ?? $0)) }
        }
        guard let own = choices.joined().compactMap({ gpl[$0] }).first else { return plain }
        return choices.compactMap { $0.count == 1 ? partners[$0[0]] : nil }.first ?? own
    }
}
