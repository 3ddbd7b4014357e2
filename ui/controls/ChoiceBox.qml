import QtQuick
import QtQuick.Controls.impl
import QtQuick.Templates as T
import Cria

// A drop-down choice. `labels` are what is read, `values` what is set.
T.ComboBox {
    id: box

    required property string name
    required property var values
    required property var labels
    property string current: ""

    signal chosen(string value)

    Accessible.name: name
    Accessible.role: Accessible.ComboBox
    currentIndex: Math.max(0, values.indexOf(current))
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    hoverEnabled: true
    implicitHeight: Theme.controlHeight
    implicitWidth: 140
    leftPadding: 12
    model: labels
    rightPadding: 28

    onActivated: index => box.chosen(values[index])

    background: Rectangle {
        border.color: box.activeFocus ? Theme.clay : Theme.hairline
        border.width: box.visualFocus ? 2 : 1
        color: Theme.card
        radius: Theme.controlRadius
    }
    contentItem: Text {
        color: box.enabled ? Theme.ink : Theme.softInk
        elide: Text.ElideRight
        font: box.font
        text: box.displayText
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
    delegate: T.ItemDelegate {
        id: option

        required property int index
        required property string modelData

        Accessible.name: modelData
        highlighted: ListView.isCurrentItem
        implicitHeight: 30
        leftPadding: 12
        width: ListView.view ? ListView.view.width : 0

        background: Rectangle {
            color: option.highlighted ? Theme.claySoft : "transparent"
            radius: Theme.controlRadius
        }
        contentItem: Text {
            color: option.highlighted ? Theme.clayOnSoft : Theme.ink
            elide: Text.ElideRight
            font.family: Theme.sans
            font.pixelSize: Theme.controlSize
            text: option.modelData
            textFormat: Text.PlainText
            verticalAlignment: Text.AlignVCenter
        }
    }
    indicator: IconImage {
        color: Theme.softInk
        source: "qrc:/qt/qml/Cria/icons/down.svg"
        sourceSize.height: 12
        sourceSize.width: 12
        x: box.width - width - 10
        y: (box.height - height) / 2
    }
    popup: T.Popup {
        implicitHeight: Math.min(240, contentItem.implicitHeight + 8)
        padding: 4
        width: box.width
        y: box.height + 4

        background: Rectangle {
            border.color: Theme.hairline
            border.width: 1
            color: Theme.card
            radius: Theme.controlRadius + 2
        }
        contentItem: ListView {
            clip: true
            currentIndex: box.highlightedIndex
            implicitHeight: contentHeight
            model: box.delegateModel
        }
    }
}
