// SPDX-License-Identifier: Apache-2.0
public enum CPlusPlusName { public static func demangled(_ name: String) -> String? { nil } }
