import QtQuick

QtObject {
    property int width: 1360
    property int height: 860
    property bool leftPaneOpen: true
    property bool rightPaneOpen: true
    property string theme: "light"
    property bool systemDark: false
    property bool reducedMotion: true
}
