import QtQuick

// What the runs of a TabularText ask of it.
Row {
    required property color color
    required property font font
    required property real digitWidth
    required property var runs
}
