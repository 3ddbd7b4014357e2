import QtQuick

// A digit in its cell, or the text between two digits.
Text {
    required property int index
    readonly property TabularRow row: parent as TabularRow
    readonly property string run: row?.runs[index] ?? ""
    readonly property bool digit: run >= "0" && run <= "9"

    Accessible.ignored: true
    color: row?.color ?? "transparent"
    font: row?.font ?? Qt.font({})
    horizontalAlignment: Text.AlignHCenter
    text: run
    textFormat: Text.PlainText
    width: digit ? row?.digitWidth ?? 0 : undefined
}
