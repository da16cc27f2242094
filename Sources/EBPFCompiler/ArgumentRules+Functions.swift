// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Compares the functions of the kernel that a kernel half declares with those that a kernel has: the loader would see other parameters, and neither numbers
/// of another size nor other structures.
extension ArgumentRules {
    /// What is wrong with a declaration; nothing is said of a function that the kernel lacks.
    func complaint(about function: KernelHalfPlan.DeclaredFunction) throws -> String? {
        guard let (parameters, result) = try prototype(ofFunction: essentialName(function.name)) else { return nil }
        guard function.parameters.count == parameters.count else {
            let list = try parameters.map { try described($0) }.joined(separator: ", ")
            return "'\(function.name)' is declared with \(function.parameters.count) parameters, and the kernel's has \(parameters.count): (\(list))"
        }
        for (parameter, passed) in zip(function.parameters, parameters) {
            guard let complaint = try complaint(about: parameter, passed) else { continue }
            return "'\(function.name)' \(complaint); the kernel's has it as \(try described(passed))"
        }
        return try complaint(aboutAnswerOf: function, result: Passed(name: "", type: result))
    }

    private func complaint(aboutAnswerOf function: KernelHalfPlan.DeclaredFunction, result: Passed) throws -> String? {
        if try isVoid(result.type) { return function.hasAnswer ? "'\(function.name)' is declared with an answer, and the kernel's has none" : nil }
        guard function.hasAnswer else {
            return "'\(function.name)' is declared without an answer, and the kernel's has one: \(try described(result))"
        }
        guard try complaint(about: .init(name: "", type: function.result), result) != nil else { return nil }
        return "'\(function.name)' is declared with another answer than the kernel's, which is \(try described(result))"
    }
}
