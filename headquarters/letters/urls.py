from django.urls import path

from headquarters.letters import pages, template_pages

app_name = "letters"

urlpatterns = [
    path("letters/", pages.index, name="index"),
    path("letters/new/", pages.new, name="new"),
    path("letters/preview/", pages.preview, name="preview"),
    path("letters/none/<int:pk>/<str:kind>/", pages.decline, name="decline"),
    path("letters/<int:pk>/", pages.letter, name="letter"),
    path("letters/<int:pk>/<int:number>/<str:form>/", pages.file, name="file"),
    path("letters/templates/", template_pages.templates, name="templates"),
    path("letters/templates/start/<str:kind>/", template_pages.start, name="start"),
    path("letters/templates/<int:pk>/", template_pages.template, name="template"),
    path("letters/templates/<int:pk>/file/", template_pages.template_file, name="template-file"),
]
