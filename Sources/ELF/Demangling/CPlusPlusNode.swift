// SPDX-License-Identifier: Apache-2.0

/// A part of a name of C++. Parts refer to others by their places in one array, since a name refers to its earlier parts again and again.
indirect enum CPlusPlusNode {
    /// Bytes of the mangled name, as they are.
    case text(Range<Int>)
    /// What the mangling abbreviates: a type of the language, a name of the library.
    case word(String)
    /// An abbreviated class, and the name that its constructors have.
    case standard(String, structor: String)
    case scoped(Int, Int)
    case template(Int, [Int])
    /// The arguments that a template takes any number of.
    case pack([Int])
    /// What is repeated for each of them.
    case expansion(Int)
    /// A constructor or destructor of a class.
    case structor(of: Int, isDestructor: Bool)
    case operation(String)
    case conversion(to: Int)
    case literalOperator(Int)
    /// What a compiler makes, with words in front.
    case special(String, Int)
    case constructionTable(of: Int, in: Int)
    case tagged(Int, tag: Int)
    case closure([Int], number: Int)
    case unnamed(number: Int)
    /// A name that stands for another.
    case alias(Int)
    case qualified(Int, String)
    case pointer(Int)
    case reference(Int, isRvalue: Bool)
    case memberPointer(class: Int, to: Int)
    case array(Int, count: Int?)
    /// A type of functions, with what stands behind its parameters.
    case function(result: Int, [Int], suffix: String)
    /// A function, whose result is only mangled for templates.
    case encoding(Int, result: Int?, [Int], suffix: String)
    case literal(type: Int, Range<Int>, isNegative: Bool)
    case parameter(String)
    case unary(String, Int)
    case binary(Int, String, Int)
    case ternary(Int, Int, Int)
    case call(Int, [Int])
    case cast(String, to: Int, of: Int)
    case conversionCall(Int, [Int])
    case braces(Int?, [Int])
    /// A keyword and what it takes in parentheses.
    case applied(String, Int)
    case member(Int, String, Int)
}
